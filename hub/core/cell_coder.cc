#include "hub/core/cell_coder.h"

namespace motcua {

uint64_t PackCell(uint32_t unit, Day day, const CodedCell& cell) {
  const FactKey key{unit, day, cell.procedure, cell.channel, cell.measure};
  return cell.table() == CellTable::kCounters ? PackCounter(key) : PackRegister(key);
}

CellCoder::Known CellCoder::Ask(CodeKind kind, const std::string& code) const {
  if (kind == CodeKind::kMeasure) {
    const Measure* measure = catalog_->FindMeasure(code);
    return {measure != nullptr, 0, measure};
  }
  if (code.empty()) return {true, 0, nullptr};
  const bool known = kind == CodeKind::kProcedure ? catalog_->FindProcedure(code) != nullptr
                                                  : catalog_->FindChannel(code) != nullptr;
  return {known, 0, nullptr};
}

absl::StatusOr<CellCoder::Known> CellCoder::Look(Memory& memory, CodeKind kind, const std::string& code) {
  const auto found = memory.find(code);
  if (found != memory.end()) return found->second;
  Known known = Ask(kind, code);
  // Unknown codes are not remembered: a desk could fill the memory with them.
  if (!known.known) return known;
  MOTCUA_ASSIGN_OR_RETURN(known.id, ids_.Get(kind, code));
  memory.emplace(code, known);
  return known;
}

absl::StatusOr<std::optional<CodedCell>> CellCoder::Code(const Cell& cell) {
  MOTCUA_ASSIGN_OR_RETURN(const Known measure, Look(measures_, CodeKind::kMeasure, cell.measure));
  if (!measure.known || !DayFits(cell.day)) return std::optional<CodedCell>();
  MOTCUA_ASSIGN_OR_RETURN(const Known procedure, Look(procedures_, CodeKind::kProcedure, cell.procedure));
  if (!procedure.known) return std::optional<CodedCell>();
  MOTCUA_ASSIGN_OR_RETURN(const Known channel, Look(channels_, CodeKind::kChannel, cell.channel));
  if (!channel.known) return std::optional<CodedCell>();
  return std::optional<CodedCell>(CodedCell{procedure.id, channel.id, measure.id, measure.measure});
}

}  // namespace motcua

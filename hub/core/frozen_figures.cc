#include "hub/core/frozen_figures.h"

#include <algorithm>
#include <map>

#include "absl/strings/numbers.h"
#include "common/base/bytes.h"
#include "common/base/invariant.h"
#include "common/base/language.h"
#include "common/ledger/entry_parts.h"
#include "hub/core/fact_key.h"

namespace motcua {
namespace {

constexpr std::size_t kFactBytesMin = 7;
constexpr std::size_t kListedBytesMin = 33;

absl::Status Damaged() {
  return absl::DataLossError(Say("Số liệu đã chốt lưu trên máy chủ tổng hợp bị hỏng; hãy chạy ledger verify.",
                                 "The hub's stored frozen figures are damaged; run ledger verify."));
}

class PartWriter {
 public:
  void Add(const FrozenFact& fact) {
    out_.Varint(static_cast<uint64_t>(fact.day.number - day_.number));
    day_ = fact.day;
    for (const std::string* code : {&fact.procedure, &fact.channel, &fact.measure}) out_.Varint(Place(*code));
    out_.Byte(fact.provisional ? 1 : 0);
    WriteValue(fact.value, out_);
  }

  std::string Finish() const {
    std::string bytes;
    ByteWriter out(&bytes);
    out.Varint(texts_.size());
    for (const std::string* text : texts_) out.Text(*text);
    return bytes + facts_;
  }

 private:
  std::size_t Place(const std::string& code) {
    if (code.empty()) return 0;
    const auto [at, fresh] = places_.emplace(code, texts_.size() + 1);
    if (fresh) texts_.push_back(&at->first);
    return at->second;
  }

  std::map<std::string, std::size_t> places_;
  std::vector<const std::string*> texts_;
  std::string facts_;
  ByteWriter out_{&facts_};
  Day day_ = kDayMin;
};

// What CellCoder knows: a cell with other codes, or a day that no key has room for, is held and has no fact.
bool IsKnown(const Catalog& catalog, const Cell& cell) {
  return DayFits(cell.day) && (cell.procedure.empty() || catalog.FindProcedure(cell.procedure) != nullptr) &&
         (cell.channel.empty() || catalog.FindChannel(cell.channel) != nullptr);
}

}  // namespace

uint32_t MonthOf(Day day) {
  const std::string text = FormatDay(day);  // YYYY-MM-DD
  int year = 0;
  int month = 0;
  const bool read = absl::SimpleAtoi(text.substr(0, 4), &year) && absl::SimpleAtoi(text.substr(5, 2), &month);
  MOTCUA_INVARIANT(read && month >= 1, "a day is printed as year, month and day");
  return static_cast<uint32_t>(year * 12 + month - 1);
}

FrozenFigures Freeze(std::vector<FrozenFact>* facts) {
  std::sort(facts->begin(), facts->end());
  FrozenFigures figures;
  for (std::size_t i = 0; i < facts->size();) {
    PartWriter writer;
    FrozenPart& part = figures.parts.emplace_back();
    part.month = MonthOf((*facts)[i].day);
    for (Day day = (*facts)[i].day; i < facts->size(); ++i) {
      const FrozenFact& fact = (*facts)[i];
      if (fact.day != day && MonthOf(fact.day) != part.month) break;
      day = fact.day;
      writer.Add(fact);
    }
    part.bytes = writer.Finish();
    part.digest = Sha256(part.bytes);
  }
  figures.digest = Sha256(EncodeList(figures));
  return figures;
}

std::string EncodeList(const FrozenFigures& figures) {
  std::string bytes;
  ByteWriter out(&bytes);
  for (const FrozenPart& part : figures.parts) {
    out.Varint(part.month);
    out.Raw(AsBytes(part.digest));
  }
  return bytes;
}

absl::StatusOr<FrozenFigures> DecodeList(absl::string_view bytes) {
  ByteReader in(bytes);
  FrozenFigures figures;
  figures.parts.reserve(bytes.size() / kListedBytesMin);
  while (in.left() > 0) {
    FrozenPart& part = figures.parts.emplace_back();
    part.month = static_cast<uint32_t>(in.VarintUpTo(12 * 10'000));
    part.digest = ReadHash(in);
  }
  if (!in.AtEnd()) return Damaged();
  figures.digest = Sha256(bytes);
  return figures;
}

absl::StatusOr<std::vector<FrozenFact>> DecodePart(absl::string_view bytes) {
  ByteReader in(bytes);
  std::vector<std::string> texts(1);
  for (uint64_t count = in.VarintUpTo(bytes.size()); count > 0 && in.ok(); --count) texts.push_back(ReadText(in));
  std::vector<FrozenFact> facts;
  facts.reserve(in.left() / kFactBytesMin);
  Day day = kDayMin;
  while (in.left() > 0) {
    FrozenFact& fact = facts.emplace_back();
    day = day + static_cast<int32_t>(in.VarintUpTo(static_cast<uint64_t>(kDayMax.number - day.number)));
    fact.day = day;
    for (std::string* code : {&fact.procedure, &fact.channel, &fact.measure}) *code = texts[in.VarintUpTo(texts.size() - 1)];
    fact.provisional = ReadBool(in);
    fact.value = ReadValue(in);
  }
  if (!in.AtEnd()) return Damaged();
  return facts;
}

absl::StatusOr<std::vector<FrozenFact>> FactsUpTo(const FactSource& source, const std::string& unit, Day last) {
  std::vector<FrozenFact> facts;
  MOTCUA_RETURN_IF_ERROR(source.ForEachFact(unit, kDayMin, last, [&](const Fact& fact) {
    facts.push_back({fact.day, std::string(fact.procedure), std::string(fact.channel), std::string(fact.measure),
                     *fact.value, fact.provisional});
  }));
  std::sort(facts.begin(), facts.end());
  return facts;
}

std::vector<FrozenFact> FoldFacts(const UnitLedger& ledger, const Catalog& catalog, Day last) {
  std::vector<FrozenFact> facts;
  for (const Cell& cell : ledger.Cells()) {
    const Measure* measure = catalog.FindMeasure(cell.measure);
    if (cell.unit != ledger.unit() || cell.day > last || measure == nullptr || !IsKnown(catalog, cell)) continue;
    const CellState state = ledger.Fold(cell, measure->nature());
    if (std::holds_alternative<std::monostate>(state.value)) continue;
    facts.push_back({cell.day, cell.procedure, cell.channel, cell.measure, state.value, state.provisional});
  }
  std::sort(facts.begin(), facts.end());
  return facts;
}

absl::StatusOr<UnitLedger> CoveredPart(const UnitLedger& ledger, const std::vector<EntryName>& covers) {
  Context covered;
  for (const EntryName& name : covers) {
    const absl::StatusOr<Position> at = ledger.Find(name);
    if (at.ok() && at->seq > 0) covered.Raise(ledger.tree(), *at);
  }
  UnitLedger part(ledger.unit());
  const LogTree& tree = ledger.tree();
  for (LineId line = 0; line < tree.size(); ++line) {
    const Line& of = tree.line(line);
    EntryName parent{of.device, 0, 0};
    if (of.fork_seq > 0) parent = ledger.NameAt(tree.Normalize(line, of.fork_seq));
    for (Seq seq = of.fork_seq + 1; seq <= std::min(of.end_seq, covered.KnownOf(line)); ++seq) {
      MOTCUA_ASSIGN_OR_RETURN(parent, part.Append(parent, ledger.EntryAt({line, seq})));
    }
  }
  return part;
}

}  // namespace motcua

#include "common/ledger/record_store.h"

#include <tuple>
#include <utility>

#include "common/base/invariant.h"

namespace motcua {
namespace {

constexpr uint8_t kTagNumber = 1;
constexpr uint8_t kTagText = 2;

}  // namespace

TextNumber TextTable::Intern(const std::string& text) {
  if (const auto known = numbers_.find(text); known != numbers_.end()) return known->second;
  const auto number = static_cast<TextNumber>(texts_.size());
  texts_.push_back(text);
  numbers_.emplace(texts_.back(), number);
  return number;
}

std::optional<TextNumber> TextTable::Find(const std::string& text) const {
  const auto known = numbers_.find(text);
  return known == numbers_.end() ? std::nullopt : std::optional<TextNumber>(known->second);
}

std::size_t RecordStore::CellHash::operator()(const CellKey& key) const {
  uint64_t mixed = 0;
  for (const uint32_t part : {key.unit, key.procedure, key.channel, key.measure, static_cast<uint32_t>(key.day.number)}) {
    mixed = (mixed ^ part) * 0x9E3779B97F4A7C15u;
    mixed ^= mixed >> 32;
  }
  return static_cast<std::size_t>(mixed);
}

RecordStore::RecordStore() : cell_numbers_(0, CellHash{&cells_}, CellEqual{&cells_}) {}

void RecordStore::AddLine(Seq fork_seq) { lines_.push_back({fork_seq, {}}); }

const Record& RecordStore::At(Position at) const {
  const LineRecords& line = lines_[at.line];
  return line.records[at.seq - line.fork_seq - 1];
}

void RecordStore::Add(Position at, const Hash& hash, const Entry& entry) {
  LineRecords& line = lines_[at.line];
  MOTCUA_INVARIANT(at.seq == line.fork_seq + line.records.size() + 1, "a line grows at its end");
  Record& record = line.records.emplace_back();
  ++size_;
  record.hash = hash;
  record.clock_s = entry.clock_s;
  record.author = texts_.Intern(entry.author);
  record.note = texts_.Intern(entry.note);
  record.kind = entry.kind();
  record.role = entry.role;
  StoreDetail(entry, &record);
  if (const Cell* cell = entry.cell()) {
    Link(*cell, at, &record);
    return;
  }
  record.subject = static_cast<uint32_t>(bodies_.size());
  bodies_.push_back(entry.body);
  others_[record.kind].push_back(at);
}

// The numbers of adds and restatements, and what only few entries have: a nonce, what was typed, what was shown.
void RecordStore::StoreDetail(const Entry& entry, Record* record) {
  Detail detail{entry.nonce, {}, 0};
  if (const auto* add = std::get_if<AddBody>(&entry.body)) {
    record->number = add->delta;
    detail.typed = add->typed;
    record->shown_tag = add->shown ? kTagNumber : 0;
    detail.shown = add->shown.value_or(0);
  }
  if (const auto* restate = std::get_if<RestateBody>(&entry.body)) {
    std::tie(record->value_tag, record->number) = FromValue(restate->value);
    std::tie(record->shown_tag, detail.shown) = FromValue(restate->shown);
  }
  if (!detail.nonce && !detail.typed && record->shown_tag == 0) return;
  record->detail = static_cast<uint32_t>(details_.size());
  details_.push_back(detail);
}

void RecordStore::Link(const Cell& cell, Position at, Record* record) {
  record->subject = InternCell(cell);
  record->next_of_cell = std::exchange(cells_[record->subject].newest, at);
}

CellNumber RecordStore::InternCell(const Cell& cell) {
  const CellKey key{texts_.Intern(cell.unit), texts_.Intern(cell.procedure), texts_.Intern(cell.channel),
                    texts_.Intern(cell.measure), cell.day};
  if (const auto known = cell_numbers_.find(key); known != cell_numbers_.end()) return *known;
  cells_.push_back({key, {}});
  const auto number = static_cast<CellNumber>(cells_.size() - 1);
  cell_numbers_.insert(number);
  return number;
}

std::optional<CellNumber> RecordStore::FindCell(const Cell& cell) const {
  const auto unit = texts_.Find(cell.unit);
  const auto procedure = texts_.Find(cell.procedure);
  const auto channel = texts_.Find(cell.channel);
  const auto measure = texts_.Find(cell.measure);
  if (!unit || !procedure || !channel || !measure) return std::nullopt;
  const auto known = cell_numbers_.find(CellKey{*unit, *procedure, *channel, *measure, cell.day});
  return known == cell_numbers_.end() ? std::nullopt : std::optional<CellNumber>(*known);
}

Cell RecordStore::CellOf(CellNumber number) const {
  const CellKey& key = cells_[number].key;
  return {texts_.text(key.unit), key.day, texts_.text(key.procedure), texts_.text(key.channel), texts_.text(key.measure)};
}

void RecordStore::ForEachOfCell(CellNumber number, const std::function<void(Position)>& visit) const {
  for (Position at = cells_[number].newest; at.seq > 0; at = At(at).next_of_cell) visit(at);
}

std::pair<uint8_t, int64_t> RecordStore::FromValue(const Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) return {kTagNumber, *number};
  if (const auto* text = std::get_if<std::string>(&value)) return {kTagText, texts_.Intern(*text)};
  return {0, 0};
}

Value RecordStore::ToValue(uint8_t tag, int64_t number) const {
  if (tag == kTagNumber) return number;
  if (tag == kTagText) return texts_.text(static_cast<TextNumber>(number));
  return {};
}

AddBody RecordStore::AddOf(const Record& record) const {
  AddBody add{CellOf(record.subject), record.number, {}, {}};
  if (record.detail == kNoNumber) return add;
  add.typed = details_[record.detail].typed;
  if (record.shown_tag != 0) add.shown = details_[record.detail].shown;
  return add;
}

RestateBody RecordStore::RestateOf(const Record& record) const {
  const int64_t shown = record.detail == kNoNumber ? 0 : details_[record.detail].shown;
  return {CellOf(record.subject), ValueOf(record), ToValue(record.shown_tag, shown)};
}

EntryBody RecordStore::BodyOf(const Record& record) const {
  if (record.kind == EntryKind::kAdd) return AddOf(record);
  if (record.kind == EntryKind::kRestate) return RestateOf(record);
  return bodies_[record.subject];
}

EntryBody RecordStore::BodyAt(Position at) const { return BodyOf(At(at)); }

Entry RecordStore::EntryAt(DeviceId device, Position at) const {
  const Record& record = At(at);
  Entry entry;
  entry.device = device;
  entry.seq = at.seq;
  entry.role = record.role;
  entry.clock_s = record.clock_s;
  if (record.detail != kNoNumber) entry.nonce = details_[record.detail].nonce;
  entry.author = texts_.text(record.author);
  entry.note = texts_.text(record.note);
  entry.body = BodyOf(record);
  return entry;
}

std::vector<Position> RecordStore::OfKind(EntryKind kind) const {
  if (const auto known = others_.find(kind); known != others_.end()) return known->second;
  std::vector<Position> positions;
  if (kind != EntryKind::kAdd && kind != EntryKind::kRestate) return positions;
  for (LineId line = 0; line < lines_.size(); ++line) {
    Seq seq = lines_[line].fork_seq;
    for (const Record& record : lines_[line].records) {
      ++seq;
      if (record.kind == kind) positions.push_back({line, seq});
    }
  }
  return positions;
}

}  // namespace motcua

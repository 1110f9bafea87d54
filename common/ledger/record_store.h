// RecordStore: the entries of one unit in memory, small. An entry is a record of 80 bytes; codes, authors, notes
// and texts are stored once and numbered; the postings of a cell are a chain through the records.
//
// It knows places and contents; the shape of the logs is LogTree's, what entries mean is Causality's and
// FoldCell's. Threads: one. References to records stay valid while the store lives.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "common/ledger/entry.h"
#include "common/ledger/log_tree.h"

namespace motcua {

using TextNumber = uint32_t;
using CellNumber = uint32_t;
inline constexpr uint32_t kNoNumber = 0xFFFFFFFF;

// Every distinct text once. Number 0 is the empty text.
class TextTable {
 public:
  TextTable() { Intern(""); }
  TextNumber Intern(const std::string& text);
  std::optional<TextNumber> Find(const std::string& text) const;
  const std::string& text(TextNumber number) const { return texts_[number]; }

 private:
  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, TextNumber> numbers_;  // views into texts_, which never move
};

struct Record {
  Hash hash{};
  int64_t clock_s = 0;
  int64_t number = 0;               // delta, or the value's number or text number
  Position next_of_cell;            // the cell's posting stored before this one
  uint32_t subject = kNoNumber;     // the cell; for kinds without one, the body's number
  TextNumber author = 0;
  TextNumber note = 0;
  uint32_t detail = kNoNumber;      // what few entries have
  EntryKind kind = EntryKind::kAdd;
  Role role = Role::kDesk;
  uint8_t value_tag = 0;            // index of the value's alternative
  uint8_t shown_tag = 0;

  bool HasCell() const { return kind == EntryKind::kAdd || kind == EntryKind::kRestate; }
};
static_assert(sizeof(Record) <= 80);

class RecordStore {
 public:
  RecordStore();
  RecordStore(const RecordStore&) = delete;
  RecordStore& operator=(const RecordStore&) = delete;

  // Lines are numbered as in LogTree; entries of the line begin behind `fork_seq`.
  void AddLine(Seq fork_seq);
  // Stores `entry` at the end of its line.
  void Add(Position at, const Hash& hash, const Entry& entry);

  std::size_t size() const { return size_; }
  const Record& At(Position at) const;
  Entry EntryAt(DeviceId device, Position at) const;
  EntryBody BodyAt(Position at) const;
  // The value of a restatement.
  Value ValueOf(const Record& record) const { return ToValue(record.value_tag, record.number); }
  // In no particular order.
  std::vector<Position> OfKind(EntryKind kind) const;

  std::size_t cell_count() const { return cells_.size(); }
  Cell CellOf(CellNumber number) const;
  std::optional<CellNumber> FindCell(const Cell& cell) const;
  void ForEachOfCell(CellNumber number, const std::function<void(Position)>& visit) const;

 private:
  struct LineRecords {
    Seq fork_seq = 0;
    std::deque<Record> records;
  };
  struct CellKey {
    TextNumber unit = 0;
    TextNumber procedure = 0;
    TextNumber channel = 0;
    TextNumber measure = 0;
    Day day;
    bool operator==(const CellKey&) const = default;
  };
  struct CellRecord {
    CellKey key;
    Position newest;  // head of the chain of postings
  };
  // Cells are found by content without storing it twice: the set holds numbers and looks into cells_.
  struct CellHash {
    using is_transparent = void;
    const std::vector<CellRecord>* cells;
    std::size_t operator()(const CellKey& key) const;
    std::size_t operator()(CellNumber number) const { return (*this)((*cells)[number].key); }
  };
  struct CellEqual {
    using is_transparent = void;
    const std::vector<CellRecord>* cells;
    bool operator()(CellNumber a, CellNumber b) const { return (*cells)[a].key == (*cells)[b].key; }
    bool operator()(const CellKey& a, CellNumber b) const { return a == (*cells)[b].key; }
    bool operator()(CellNumber a, const CellKey& b) const { return (*cells)[a].key == b; }
  };
  struct Detail {
    std::optional<uint64_t> nonce;
    std::optional<int64_t> typed;
    int64_t shown = 0;
  };

  CellNumber InternCell(const Cell& cell);
  void Link(const Cell& cell, Position at, Record* record);
  void StoreDetail(const Entry& entry, Record* record);
  std::pair<uint8_t, int64_t> FromValue(const Value& value);
  Value ToValue(uint8_t tag, int64_t number) const;
  AddBody AddOf(const Record& record) const;
  RestateBody RestateOf(const Record& record) const;
  EntryBody BodyOf(const Record& record) const;

  std::vector<LineRecords> lines_;
  std::size_t size_ = 0;
  TextTable texts_;
  std::vector<CellRecord> cells_;
  std::unordered_set<CellNumber, CellHash, CellEqual> cell_numbers_;
  std::deque<Detail> details_;
  std::deque<EntryBody> bodies_;                       // saw, exclude, import, submit
  std::map<EntryKind, std::vector<Position>> others_;  // places of those
};

}  // namespace motcua

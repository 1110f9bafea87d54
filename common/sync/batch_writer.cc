// The writer half of the batch codec; the format is drawn in batch_format.h.
#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "common/base/bytes.h"
#include "common/base/invariant.h"
#include "common/ledger/entry_parts.h"
#include "common/sync/batch.h"
#include "common/sync/batch_format.h"

namespace motcua {
namespace {

using namespace batch_format;  // NOLINT: the column names are this file's vocabulary

// A column of values that often repeat. The last value waits until another one comes.
struct Repeats {
  uint64_t value = 0;
  uint64_t count = 0;

  void Push(uint64_t next, std::string* out) {
    if (count > 0 && next == value) {
      ++count;
      return;
    }
    Flush(out);
    value = next;
    count = 1;
  }
  void Flush(std::string* out) {
    if (count == 0) return;
    ByteWriter writer(out);
    writer.Varint(value << 1 | (count > 1 ? 1 : 0));
    if (count > 1) writer.Varint(count - 2);
    count = 0;
  }
  std::size_t waiting_bytes() const {
    if (count == 0) return 0;
    return VarintSize(value << 1) + (count > 1 ? VarintSize(count - 2) : 0);
  }
};

uint8_t FlagsOf(const Entry& entry) {
  uint8_t flags = 0;
  if (entry.nonce) flags |= kNonce;
  if (!entry.note.empty()) flags |= kNote;
  if (const auto* add = std::get_if<AddBody>(&entry.body)) {
    if (add->typed) flags |= kTyped;
    if (add->shown) flags |= kShown;
  }
  return flags;
}

// Takes entries until one does not fit. Views into the entries given are kept until Finish().
class BatchWriter {
 public:
  BatchWriter(const CodeBook& book, std::size_t bytes_max) : book_(book), bytes_max_(bytes_max) {}

  void BeginRun(const EntryName& parent, const Hash& parent_hash) { run_ = OpenRun{parent, parent_hash, 0}; }

  // False: the batch is full, the entry is not in it, and nothing more may be added.
  bool Add(const Entry& entry) {
    const Mark mark{Sizes(), state_};
    Append(entry);
    ++run_.entries;
    if (entries_ > 0 && !Fits()) {
      --run_.entries;
      for (std::size_t i = 0; i < kColumns; ++i) columns_[i].resize(mark.sizes[i]);
      state_ = mark.state;
      return false;
    }
    run_.hash = chain_.Next(run_.hash, entry);
    ++entries_;
    return true;
  }

  void EndRun() {
    if (run_.entries == 0) return;
    ByteWriter out(&columns_[kRuns]);
    out.Fixed32(run_.parent.device.value);
    out.Varint(run_.parent.seq);
    if (run_.parent.seq > 0) out.Fixed64(run_.parent.h8);
    out.Varint(run_.entries);
    out.Fixed64(First8(run_.hash));
    ++runs_;
    run_.entries = 0;
  }

  std::string Finish() {
    state_.shape.Flush(&columns_[kShapeOf]);
    state_.day_step.Flush(&columns_[kDayOf]);
    std::string bytes;
    bytes.reserve(bytes_max_);
    ByteWriter out(&bytes);
    out.Byte(kVersion);
    for (const std::string& column : columns_) out.Text(column);
    return bytes;
  }

  std::size_t entries() const { return entries_; }

 private:
  struct OpenRun {
    EntryName parent;
    Hash hash{};
    std::size_t entries = 0;
    std::size_t header_bytes() const {
      return 4 + VarintSize(parent.seq) + (parent.seq > 0 ? 8 : 0) + VarintSize(entries) + 8;
    }
  };
  // What an entry is coded against; together with the columns' sizes all that Add() has to take back.
  struct State {
    Repeats shape;
    Repeats day_step;
    int64_t day = 0;
    uint64_t clock = 0;
  };
  struct Mark {
    std::array<std::size_t, kColumns> sizes;
    State state;
  };

  std::array<std::size_t, kColumns> Sizes() const {
    std::array<std::size_t, kColumns> sizes;
    for (std::size_t i = 0; i < kColumns; ++i) sizes[i] = columns_[i].size();
    return sizes;
  }

  // What a reader accepts. Of its bounds two are behind that of the size: an entry takes a byte of clock and one at
  // least of what it says, and an author new to the batch brings a shape, of four bytes or more.
  static_assert(2 * kBatchEntriesMax >= kBatchBytesMax && 4 * kBatchTextsMax >= kBatchBytesMax);
  bool Fits() const {
    if (runs_ + 1 > kBatchRunsMax || codes_.size() > kBatchTextsMax) return false;
    std::array<std::size_t, kColumns> sizes = Sizes();
    sizes[kRuns] += run_.header_bytes();
    sizes[kShapeOf] += state_.shape.waiting_bytes();
    sizes[kDayOf] += state_.day_step.waiting_bytes();
    std::size_t total = 1;
    for (std::size_t size : sizes) total += VarintSize(size) + size;
    return total <= bytes_max_;
  }

  void Append(const Entry& entry) {
    const uint8_t flags = FlagsOf(entry);
    state_.shape.Push(PlaceOfShape(entry, flags), &columns_[kShapeOf]);
    // Modulo 2^64 the step exists for every pair of clocks, even absurd ones.
    const auto clock = static_cast<uint64_t>(entry.clock_s);
    ByteWriter(&columns_[kClockOf]).Zigzag(static_cast<int64_t>(clock - state_.clock));
    state_.clock = clock;
    if (const Cell* cell = entry.cell()) AppendCell(*cell);
    if (const auto* add = std::get_if<AddBody>(&entry.body)) {
      ByteWriter out(&columns_[kNumberOf]);
      out.Zigzag(add->delta);
      if (add->typed) out.Zigzag(*add->typed);
      if (add->shown) out.Zigzag(*add->shown);
    }
    ByteWriter rest(&columns_[kRestOf]);
    if (entry.nonce) rest.Fixed64(*entry.nonce);
    if (!entry.note.empty()) rest.Text(entry.note);
    if (const auto* restate = std::get_if<RestateBody>(&entry.body)) {
      WriteValue(restate->value, rest);
      WriteValue(restate->shown, rest);
    } else {
      WritePlainBody(entry.body, rest);  // an add has nothing here: its numbers have a column of their own
    }
  }

  void AppendCell(const Cell& cell) {
    const int64_t step = cell.day.number - state_.day;
    state_.day_step.Push(ToZigzag(step), &columns_[kDayOf]);
    state_.day = cell.day.number;
    ByteWriter(&columns_[kFacetOf]).Varint(PlaceOfFacet(cell));
    ByteWriter(&columns_[kProcedureOf]).Varint(PlaceOfCode(cell.procedure));
  }

  uint64_t PlaceOfCode(const std::string& code) {
    if (code.empty()) return 0;
    const auto [found, inserted] = codes_.emplace(code, codes_.size() + 1);
    if (!inserted) return found->second;
    ByteWriter out(&columns_[kCodes]);
    const uint32_t number = book_.NumberOf(code);
    if (number < book_.size()) {
      out.Zigzag(static_cast<int64_t>(number) - number_before_);
      number_before_ = number;
    } else {
      out.Varint(0);
      out.Text(code);
    }
    return found->second;
  }

  uint64_t PlaceOfFacet(const Cell& cell) {
    const uint64_t unit = PlaceOfCode(cell.unit);
    const uint64_t channel = PlaceOfCode(cell.channel);
    const uint64_t measure = PlaceOfCode(cell.measure);
    const auto [found, inserted] = facets_.emplace(unit << 40 | channel << 20 | measure, facets_.size());
    if (inserted) {
      ByteWriter out(&columns_[kFacets]);
      for (uint64_t place : {unit, channel, measure}) out.Varint(place);
    }
    return found->second;
  }

  uint64_t PlaceOfAuthor(const std::string& author) {
    if (author.empty()) return 0;
    const auto [found, inserted] = authors_.emplace(author, authors_.size() + 1);
    if (inserted) ByteWriter(&columns_[kAuthors]).Text(author);
    return found->second;
  }

  uint64_t PlaceOfShape(const Entry& entry, uint8_t flags) {
    const auto kind = static_cast<uint8_t>(entry.kind());
    const auto role = static_cast<uint8_t>(entry.role);
    const uint64_t author = PlaceOfAuthor(entry.author);
    const uint64_t key = author << 24 | uint64_t{kind} << 16 | uint64_t{role} << 8 | flags;
    const auto [found, inserted] = shapes_.emplace(key, shapes_.size());
    if (inserted) {
      ByteWriter out(&columns_[kShapes]);
      for (uint8_t byte : {kind, role, flags}) out.Byte(byte);
      out.Varint(author);
    }
    return found->second;
  }

  const CodeBook& book_;
  const std::size_t bytes_max_;
  std::array<std::string, kColumns> columns_;
  State state_;
  OpenRun run_;
  std::size_t runs_ = 0;
  std::size_t entries_ = 0;
  int64_t number_before_ = 0;
  Chain chain_;
  std::unordered_map<std::string_view, uint64_t> codes_;
  std::unordered_map<std::string_view, uint64_t> authors_;
  std::unordered_map<uint64_t, uint64_t> facets_;
  std::unordered_map<uint64_t, uint64_t> shapes_;
};

}  // namespace

EncodedBatch EncodeBatch(const std::vector<Run>& runs, const std::vector<Hash>& parent_hashes,
                         const CodeBook& book, std::size_t bytes_max) {
  MOTCUA_INVARIANT(runs.size() == parent_hashes.size(), "every run comes with its parent's hash");
  BatchWriter writer(book, std::min(bytes_max, kBatchBytesMax));
  EncodedBatch result;
  for (std::size_t i = 0; i < runs.size() && result.complete; ++i) {
    const Run& run = runs[i];
    writer.BeginRun(run.parent, parent_hashes[i]);
    Seq seq = run.parent.seq;
    for (const Entry& entry : run.entries) {
      MOTCUA_INVARIANT(entry.device == run.parent.device && entry.seq == ++seq,
                       "a run follows its parent without a hole");
      result.complete = writer.Add(entry);
      if (!result.complete) break;
    }
    writer.EndRun();
  }
  result.entries = writer.entries();
  if (result.entries > 0) result.bytes = writer.Finish();
  return result;
}

}  // namespace motcua

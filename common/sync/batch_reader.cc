// The reader half of the batch codec; the format is drawn in batch_format.h.
#include <array>
#include <utility>

#include "common/base/bytes.h"
#include "common/base/language.h"
#include "common/base/utf8.h"
#include "common/ledger/entry_parts.h"
#include "common/sync/batch.h"
#include "common/sync/batch_format.h"

namespace motcua {
namespace {

using namespace batch_format;  // NOLINT: the column names are this file's vocabulary

absl::Status NotABatch(absl::string_view what_vi, absl::string_view what_en) {
  return absl::InvalidArgumentError(
      Say(absl::StrCat("Gói lượt ghi bị hỏng (", what_vi, "); không nhận gì từ gói này, hãy đồng bộ lại."),
          absl::StrCat("The batch is damaged (", what_en, "); nothing of it was taken, sync again.")));
}

absl::Status FromNewerVersion() {
  return absl::UnimplementedError(
      Say("Gói lượt ghi do phiên bản mới hơn viết; hãy nâng cấp chương trình này.",
          "The batch was written by a newer version; upgrade this program."));
}

struct Shape {
  EntryKind kind = EntryKind::kAdd;
  Role role = Role::kDesk;
  uint8_t flags = 0;
  absl::string_view author;
};

struct Facet {
  absl::string_view unit;
  absl::string_view channel;
  absl::string_view measure;
};

struct RunHeader {
  EntryName parent;
  std::size_t entries = 0;
  EntryName last;
};

// The reading side of Repeats.
class RepeatsReader {
 public:
  uint64_t Next(ByteReader& in) {
    if (left_ == 0) {
      const uint64_t head = in.Varint();
      value_ = head >> 1;
      left_ = (head & 1) != 0 ? in.VarintUpTo(kBatchEntriesMax) + 2 : 1;
    }
    --left_;
    return value_;
  }
  bool finished() const { return left_ == 0; }

 private:
  uint64_t value_ = 0;
  uint64_t left_ = 0;
};

class BatchReader {
 public:
  BatchReader(const CodeBook& book, EntryKind newest) : book_(book), newest_(newest) {}

  absl::StatusOr<std::vector<DecodedRun>> Read(absl::string_view bytes) {
    MOTCUA_RETURN_IF_ERROR(SplitColumns(bytes));
    MOTCUA_RETURN_IF_ERROR(ReadRunHeaders());
    MOTCUA_RETURN_IF_ERROR(ReadCodes());
    MOTCUA_RETURN_IF_ERROR(ReadFacets());
    MOTCUA_RETURN_IF_ERROR(ReadShapes());
    std::vector<DecodedRun> runs;
    runs.reserve(headers_.size());
    for (const RunHeader& header : headers_) {
      runs.push_back({Run{header.parent, {}}, header.last});
      MOTCUA_RETURN_IF_ERROR(ReadEntries(header, &runs.back().run.entries));
    }
    MOTCUA_RETURN_IF_ERROR(CheckAllRead());
    return runs;
  }

 private:
  absl::Status SplitColumns(absl::string_view bytes) {
    if (bytes.size() > kBatchBytesMax) return NotABatch("quá lớn", "too large");
    ByteReader in(bytes);
    const uint8_t version = in.Byte();
    if (version != kVersion) return FromNewerVersion();
    for (ByteReader& column : columns_) column = ByteReader(in.Text(kBatchBytesMax));
    return in.AtEnd() ? absl::OkStatus() : NotABatch("độ dài các cột", "sizes of the columns");
  }

  absl::Status ReadRunHeaders() {
    ByteReader& in = columns_[kRuns];
    std::size_t entries = 0;
    while (in.left() > 0 && headers_.size() < kBatchRunsMax) {
      RunHeader header;
      header.parent.device = DeviceId{in.Fixed32()};
      header.parent.seq = static_cast<Seq>(in.VarintUpTo(kSeqMax));
      if (header.parent.seq > 0) header.parent.h8 = in.Fixed64();
      header.entries = in.VarintUpTo(kBatchEntriesMax);
      const auto last_seq = static_cast<Seq>(header.parent.seq + header.entries);
      header.last = {header.parent.device, last_seq, in.Fixed64()};
      if (header.entries == 0 || last_seq > kSeqMax) in.Fail();
      entries += header.entries;
      headers_.push_back(header);
    }
    // Each entry has at least a byte of clock: a count beyond that is refused before anything is reserved.
    if (!in.AtEnd() || entries > kBatchEntriesMax || entries > columns_[kClockOf].left()) {
      return NotABatch("số lượt ghi", "number of entries");
    }
    return absl::OkStatus();
  }

  absl::Status ReadCodes() {
    ByteReader& in = columns_[kCodes];
    codes_.assign(1, absl::string_view());
    int64_t number = 0;
    while (in.left() > 0 && codes_.size() <= kBatchTextsMax) {
      const int64_t step = in.Zigzag();
      if (step == 0) {
        codes_.push_back(in.Text(kEntryBytesMax));
        if (!IsCode(codes_.back())) in.Fail();
        continue;
      }
      // Bounded before it is added, so that no step can overflow.
      if (step < -number || step >= static_cast<int64_t>(book_.size()) - number) {
        return NotABatch("mã ngoài danh mục đã thoả thuận", "a code number outside the agreed catalog");
      }
      number += step;
      codes_.push_back(book_.code(static_cast<uint32_t>(number)));
    }
    return in.AtEnd() ? absl::OkStatus() : NotABatch("bảng mã", "table of codes");
  }

  absl::Status ReadFacets() {
    ByteReader& in = columns_[kFacets];
    while (in.left() > 0) {
      const absl::string_view unit = NextCode(in);
      const absl::string_view channel = NextCode(in);
      const absl::string_view measure = NextCode(in);
      facets_.push_back({unit, channel, measure});
    }
    return in.AtEnd() ? absl::OkStatus() : NotABatch("bảng ô số liệu", "table of facets");
  }

  absl::Status ReadShapes() {
    std::vector<absl::string_view> authors(1);
    ByteReader& names = columns_[kAuthors];
    while (names.left() > 0 && authors.size() <= kBatchTextsMax)
      authors.push_back(names.Text(kAuthorBytesMax));
    ByteReader& in = columns_[kShapes];
    while (in.left() > 0) {
      const uint8_t kind = in.Byte();
      const uint8_t role = in.Byte();
      const uint8_t flags = in.Byte();
      const uint64_t author = in.VarintUpTo(authors.size() - 1);
      if (!in.ok()) break;
      if (kind > static_cast<uint8_t>(newest_) || flags > kFlagsKnown) return FromNewerVersion();
      const bool is_add = kind == static_cast<uint8_t>(EntryKind::kAdd);
      if (kind == 0 || role < 1 || role > 3 || (!is_add && (flags & (kTyped | kShown)) != 0)) in.Fail();
      shapes_.push_back({static_cast<EntryKind>(kind), static_cast<Role>(role), flags, authors[author]});
    }
    return in.AtEnd() && names.AtEnd() ? absl::OkStatus()
                                       : NotABatch("bảng kiểu lượt ghi", "table of shapes");
  }

  absl::Status ReadEntries(const RunHeader& header, std::vector<Entry>* entries) {
    entries->reserve(header.entries);
    for (std::size_t i = 0; i < header.entries; ++i) {
      Entry& entry = entries->emplace_back();
      entry.device = header.parent.device;
      entry.seq = static_cast<Seq>(header.parent.seq + 1 + i);
      if (!ReadEntry(&entry)) return NotABatch("nội dung lượt ghi", "content of an entry");
      MOTCUA_RETURN_IF_ERROR(Annotate(CheckBounds(entry), Say("Gói lượt ghi", "Batch")));
    }
    return absl::OkStatus();
  }

  bool ReadEntry(Entry* entry) {
    const uint64_t place = shape_of_.Next(columns_[kShapeOf]);
    if (place >= shapes_.size()) return false;
    const Shape& shape = shapes_[place];
    entry->role = shape.role;
    entry->author.assign(shape.author.data(), shape.author.size());
    clock_ += static_cast<uint64_t>(columns_[kClockOf].Zigzag());
    entry->clock_s = static_cast<int64_t>(clock_);
    ByteReader& rest = columns_[kRestOf];
    if ((shape.flags & kNonce) != 0) entry->nonce = rest.Fixed64();
    if ((shape.flags & kNote) != 0) {
      entry->note = ReadText(rest);
      if (entry->note.empty()) return false;
    }
    return ReadBody(shape, &entry->body) && rest.ok() && columns_[kClockOf].ok() && columns_[kShapeOf].ok();
  }

  bool ReadBody(const Shape& shape, EntryBody* body) {
    ByteReader& rest = columns_[kRestOf];
    if (shape.kind == EntryKind::kAdd) return ReadAdd(shape.flags, &body->emplace<AddBody>());
    if (shape.kind != EntryKind::kRestate) {
      *body = ReadPlainBody(shape.kind, rest);
      return true;
    }
    auto& restate = body->emplace<RestateBody>();
    restate.value = ReadValue(rest);
    restate.shown = ReadValue(rest);
    return ReadCell(&restate.cell);
  }

  bool ReadAdd(uint8_t flags, AddBody* add) {
    ByteReader& in = columns_[kNumberOf];
    add->delta = in.Zigzag();
    if ((flags & kTyped) != 0) add->typed = in.Zigzag();
    if ((flags & kShown) != 0) add->shown = in.Zigzag();
    return in.ok() && ReadCell(&add->cell);
  }

  bool ReadCell(Cell* cell) {
    const uint64_t step = day_step_.Next(columns_[kDayOf]);
    const uint64_t place = columns_[kFacetOf].Varint();
    const absl::string_view procedure = NextCode(columns_[kProcedureOf]);
    const bool read = columns_[kDayOf].ok() && columns_[kFacetOf].ok() && columns_[kProcedureOf].ok();
    // 2^32 is more than any two days are apart and keeps the sum below from overflowing.
    if (!read || place >= facets_.size() || step > uint64_t{1} << 32) return false;
    day_ += FromZigzag(step);
    if (day_ < kDayMin.number || day_ > kDayMax.number) return false;
    const Facet& facet = facets_[place];
    cell->unit.assign(facet.unit.data(), facet.unit.size());
    cell->day = Day{static_cast<int32_t>(day_)};
    cell->procedure.assign(procedure.data(), procedure.size());
    cell->channel.assign(facet.channel.data(), facet.channel.size());
    cell->measure.assign(facet.measure.data(), facet.measure.size());
    return true;
  }

  absl::string_view NextCode(ByteReader& in) {
    return codes_[static_cast<std::size_t>(in.VarintUpTo(codes_.size() - 1))];
  }

  absl::Status CheckAllRead() const {
    bool all = shape_of_.finished() && day_step_.finished();
    for (const ByteReader& column : columns_) all = all && column.AtEnd();
    return all ? absl::OkStatus() : NotABatch("thừa dữ liệu", "bytes left over");
  }

  const CodeBook& book_;
  const EntryKind newest_;
  std::array<ByteReader, kColumns> columns_ = Unread(std::make_index_sequence<kColumns>());
  std::vector<RunHeader> headers_;
  std::vector<absl::string_view> codes_;
  std::vector<Facet> facets_;
  std::vector<Shape> shapes_;
  RepeatsReader shape_of_;
  RepeatsReader day_step_;
  uint64_t clock_ = 0;
  int64_t day_ = 0;

  template <std::size_t... kIndex>
  static std::array<ByteReader, sizeof...(kIndex)> Unread(std::index_sequence<kIndex...>) {
    return {((void)kIndex, ByteReader({}))...};
  }
};

}  // namespace

absl::StatusOr<std::vector<DecodedRun>> DecodeBatch(absl::string_view bytes, const CodeBook& book,
                                                    EntryKind newest) {
  if (bytes.empty()) return std::vector<DecodedRun>();
  return BatchReader(book, newest).Read(bytes);
}

absl::StatusOr<std::vector<Hash>> VerifyChain(const DecodedRun& run, const Hash& parent_hash) {
  std::vector<Hash> hashes;
  hashes.reserve(run.run.entries.size());
  Chain chain;
  Hash hash = parent_hash;
  for (const Entry& entry : run.run.entries) {
    hash = chain.Next(hash, entry);
    hashes.push_back(hash);
  }
  const bool parent_is_named = run.run.parent.seq == 0 || First8(parent_hash) == run.run.parent.h8;
  if (hashes.empty() || !parent_is_named || First8(hash) != run.last.h8) {
    return absl::DataLossError(
        Say("Chuỗi băm của gói lượt ghi không khớp; không nhận gì từ gói này, hãy đồng bộ lại.",
            "The batch's hash chain does not match; nothing of it was taken, sync again."));
  }
  return hashes;
}

}  // namespace motcua

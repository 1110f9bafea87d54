#include "common/ledger/canonical.h"

#include "common/base/bytes.h"
#include "common/base/language.h"
#include "common/ledger/entry_parts.h"

namespace motcua {
namespace {

constexpr uint8_t kFlagNonce = 1;
constexpr uint8_t kFlagAuthor = 2;
constexpr uint8_t kFlagNote = 4;
constexpr uint8_t kFlagsAll = kFlagNonce | kFlagAuthor | kFlagNote;
constexpr uint8_t kBitTyped = 1;
constexpr uint8_t kBitShown = 2;
constexpr uint8_t kKindNewest = static_cast<uint8_t>(std::variant_size_v<EntryBody>);

// ---- writing

void WriteCell(const Cell& cell, ByteWriter& out) {
  out.Text(cell.unit);
  out.Zigzag(cell.day.number);
  out.Text(cell.procedure);
  out.Text(cell.channel);
  out.Text(cell.measure);
}

void WriteBody(const AddBody& add, ByteWriter& out) {
  WriteCell(add.cell, out);
  out.Zigzag(add.delta);
  out.Byte(static_cast<uint8_t>((add.typed ? kBitTyped : 0) | (add.shown ? kBitShown : 0)));
  if (add.typed) out.Zigzag(*add.typed);
  if (add.shown) out.Zigzag(*add.shown);
}

void WriteBody(const RestateBody& restate, ByteWriter& out) {
  WriteCell(restate.cell, out);
  WriteValue(restate.value, out);
  WriteValue(restate.shown, out);
}

// ---- reading; every fault ends in in.Fail(), and nothing is allocated for a count that cannot be there

Cell ReadCell(ByteReader& in) {
  Cell cell;
  cell.unit = ReadText(in);
  const int64_t day = in.Zigzag();
  if (day < kDayMin.number || day > kDayMax.number) in.Fail();
  cell.day.number = static_cast<int32_t>(day);
  cell.procedure = ReadText(in);
  cell.channel = ReadText(in);
  cell.measure = ReadText(in);
  return cell;
}

AddBody ReadAdd(ByteReader& in) {
  AddBody add;
  add.cell = ReadCell(in);
  add.delta = in.Zigzag();
  const uint8_t bits = in.Byte();
  if (bits > (kBitTyped | kBitShown)) in.Fail();
  if ((bits & kBitTyped) != 0) add.typed = in.Zigzag();
  if ((bits & kBitShown) != 0) add.shown = in.Zigzag();
  return add;
}

RestateBody ReadRestate(ByteReader& in) {
  RestateBody restate;
  restate.cell = ReadCell(in);
  restate.value = ReadValue(in);
  restate.shown = ReadValue(in);
  return restate;
}

EntryBody ReadBody(EntryKind kind, ByteReader& in) {
  if (kind == EntryKind::kAdd) return ReadAdd(in);
  if (kind == EntryKind::kRestate) return ReadRestate(in);
  return ReadPlainBody(kind, in);
}

Entry ReadEntry(EntryKind kind, ByteReader& in) {
  Entry entry;
  entry.role = static_cast<Role>(in.Byte());
  entry.device.value = in.Fixed32();
  entry.seq = static_cast<Seq>(in.VarintUpTo(kSeqMax));
  entry.clock_s = in.Zigzag();
  const uint8_t flags = in.Byte();
  if ((flags & ~kFlagsAll) != 0) in.Fail();
  if ((flags & kFlagNonce) != 0) entry.nonce = in.Fixed64();
  if ((flags & kFlagAuthor) != 0) entry.author = ReadText(in);
  if ((flags & kFlagNote) != 0) entry.note = ReadText(in);
  // A flag for an empty text would be a second way to write the same entry.
  if (((flags & kFlagAuthor) != 0) != !entry.author.empty()) in.Fail();
  if (((flags & kFlagNote) != 0) != !entry.note.empty()) in.Fail();
  entry.body = ReadBody(kind, in);
  return entry;
}

}  // namespace

void AppendCanonical(const Entry& entry, std::string* out) {
  ByteWriter writer(out);
  writer.Byte(kEntryFormat);
  writer.Byte(static_cast<uint8_t>(entry.kind()));
  writer.Byte(static_cast<uint8_t>(entry.role));
  writer.Fixed32(entry.device.value);
  writer.Varint(entry.seq);
  writer.Zigzag(entry.clock_s);
  writer.Byte(static_cast<uint8_t>((entry.nonce ? kFlagNonce : 0) | (entry.author.empty() ? 0 : kFlagAuthor) |
                                   (entry.note.empty() ? 0 : kFlagNote)));
  if (entry.nonce) writer.Fixed64(*entry.nonce);
  if (!entry.author.empty()) writer.Text(entry.author);
  if (!entry.note.empty()) writer.Text(entry.note);
  if (const auto* add = std::get_if<AddBody>(&entry.body)) return WriteBody(*add, writer);
  if (const auto* restate = std::get_if<RestateBody>(&entry.body)) return WriteBody(*restate, writer);
  WritePlainBody(entry.body, writer);
}

absl::StatusOr<Entry> ParseCanonical(absl::string_view bytes) {
  const auto fault = [] {
    return absl::InvalidArgumentError(
        Say("Lượt ghi không đúng dạng chuẩn; hãy lấy lại từ nơi gửi.", "The entry is not in canonical form; ask the sender for it again."));
  };
  if (bytes.size() < 2 || bytes.size() > kEntryBytesMax) return fault();
  const auto format = static_cast<uint8_t>(bytes[0]);
  const auto kind = static_cast<uint8_t>(bytes[1]);
  if (format > kEntryFormat || (format == kEntryFormat && kind > kKindNewest)) {
    return absl::UnimplementedError(Say("Lượt ghi do phiên bản mới hơn viết; hãy nâng cấp phần mềm này.",
                                        "The entry was written by a newer version; upgrade this program."));
  }
  if (format == 0 || kind == 0) return fault();
  ByteReader in(bytes.substr(2));
  Entry entry = ReadEntry(static_cast<EntryKind>(kind), in);
  if (!in.AtEnd()) return fault();
  MOTCUA_RETURN_IF_ERROR(CheckBounds(entry));
  return entry;
}

Hash ChainRoot(DeviceId device) {
  std::string bytes = "motcua log 1";
  ByteWriter(&bytes).Fixed32(device.value);
  return Sha256(bytes);
}

Hash Chain::Next(const Hash& parent, const Entry& entry) {
  scratch_.clear();
  AppendCanonical(entry, &scratch_);
  return NextCanonical(parent, scratch_);
}

Hash Chain::NextCanonical(const Hash& parent, absl::string_view canonical) {
  return hasher_.Of(AsBytes(parent), canonical);
}

}  // namespace motcua

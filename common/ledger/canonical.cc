#include "common/ledger/canonical.h"

#include <algorithm>

#include "common/base/bytes.h"
#include "common/base/language.h"

namespace motcua {
namespace {

constexpr uint8_t kFlagNonce = 1;
constexpr uint8_t kFlagAuthor = 2;
constexpr uint8_t kFlagNote = 4;
constexpr uint8_t kFlagsAll = kFlagNonce | kFlagAuthor | kFlagNote;
constexpr uint8_t kBitTyped = 1;
constexpr uint8_t kBitShown = 2;
constexpr uint8_t kKindNewest = static_cast<uint8_t>(EntryKind::kSubmit);
constexpr std::size_t kNameBytesMin = 4 + 1 + 8;
constexpr std::size_t kReasonBytesMin = 2;

enum ValueTag : uint8_t { kTagNone = 0, kTagNumber = 1, kTagText = 2 };

// ---- writing

void WriteCell(const Cell& cell, ByteWriter& out) {
  out.Text(cell.unit);
  out.Zigzag(cell.day.number);
  out.Text(cell.procedure);
  out.Text(cell.channel);
  out.Text(cell.measure);
}

void WriteValue(const Value& value, ByteWriter& out) {
  out.Byte(static_cast<uint8_t>(value.index()));
  if (const auto* number = std::get_if<int64_t>(&value)) out.Zigzag(*number);
  if (const auto* text = std::get_if<std::string>(&value)) out.Text(*text);
}

void WriteName(const EntryName& name, ByteWriter& out) {
  out.Fixed32(name.device.value);
  out.Varint(name.seq);
  out.Fixed64(name.h8);
}

void WriteNames(const std::vector<EntryName>& names, ByteWriter& out) {
  out.Varint(names.size());
  for (const EntryName& name : names) WriteName(name, out);
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

void WriteBody(const SawBody& saw, ByteWriter& out) { WriteNames(saw.ends, out); }

void WriteBody(const ExcludeBody& exclude, ByteWriter& out) {
  out.Byte(exclude.lifts ? 1 : 0);
  WriteName(exclude.first, out);
  WriteName(exclude.last, out);
}

void WriteBody(const ImportBody& import, ByteWriter& out) {
  out.Raw(AsBytes(import.digest));
  out.Varint(import.rows);
  out.Text(import.file_name);
}

void WriteBody(const SubmitBody& submit, ByteWriter& out) {
  out.Text(submit.period);
  WriteNames(submit.covers, out);
  out.Raw(AsBytes(submit.totals));
  out.Byte(submit.nothing_to_report ? 1 : 0);
  out.Text(submit.signer);
  out.Text(submit.document);
  out.Varint(submit.reasons.size());
  for (const SubmitBody::Reason& reason : submit.reasons) {
    out.Text(reason.rule);
    out.Text(reason.text);
  }
}

// ---- reading; every fault ends in in.Fail(), and nothing is allocated for a count that cannot be there

std::string ReadText(ByteReader& in) { return std::string(in.Text(kEntryBytesMax)); }

bool ReadBool(ByteReader& in) {
  const uint8_t byte = in.Byte();
  if (byte > 1) in.Fail();
  return byte == 1;
}

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

Value ReadValue(ByteReader& in) {
  switch (in.Byte()) {
    case kTagNone: return {};
    case kTagNumber: return in.Zigzag();
    case kTagText: return ReadText(in);
    default: in.Fail(); return {};
  }
}

EntryName ReadName(ByteReader& in) {
  EntryName name;
  name.device.value = in.Fixed32();
  name.seq = static_cast<Seq>(in.VarintUpTo(kSeqMax));
  name.h8 = in.Fixed64();
  return name;
}

std::size_t ReadCount(ByteReader& in, std::size_t max, std::size_t bytes_each) {
  const uint64_t count = in.VarintUpTo(max);
  if (count * bytes_each <= in.left()) return static_cast<std::size_t>(count);
  in.Fail();
  return 0;
}

std::vector<EntryName> ReadNames(ByteReader& in) {
  std::vector<EntryName> names(ReadCount(in, kNamesMax, kNameBytesMin));
  for (EntryName& name : names) name = ReadName(in);
  return names;
}

Hash ReadHash(ByteReader& in) {
  Hash hash{};
  const absl::string_view bytes = in.Raw(hash.size());
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
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

ExcludeBody ReadExclude(ByteReader& in) {
  ExcludeBody exclude;
  exclude.lifts = ReadBool(in);
  exclude.first = ReadName(in);
  exclude.last = ReadName(in);
  return exclude;
}

ImportBody ReadImport(ByteReader& in) {
  ImportBody import;
  import.digest = ReadHash(in);
  import.rows = static_cast<uint32_t>(in.VarintUpTo(kSeqMax));
  import.file_name = ReadText(in);
  return import;
}

SubmitBody ReadSubmit(ByteReader& in) {
  SubmitBody submit;
  submit.period = ReadText(in);
  submit.covers = ReadNames(in);
  submit.totals = ReadHash(in);
  submit.nothing_to_report = ReadBool(in);
  submit.signer = ReadText(in);
  submit.document = ReadText(in);
  submit.reasons.resize(ReadCount(in, kReasonsMax, kReasonBytesMin));
  for (SubmitBody::Reason& reason : submit.reasons) {
    reason.rule = ReadText(in);
    reason.text = ReadText(in);
  }
  return submit;
}

EntryBody ReadBody(EntryKind kind, ByteReader& in) {
  switch (kind) {
    case EntryKind::kAdd: return ReadAdd(in);
    case EntryKind::kRestate: return ReadRestate(in);
    case EntryKind::kSaw: return SawBody{ReadNames(in)};
    case EntryKind::kExclude: return ReadExclude(in);
    case EntryKind::kImport: return ReadImport(in);
    case EntryKind::kSubmit: return ReadSubmit(in);
  }
  in.Fail();
  return AddBody{};
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
  std::visit([&](const auto& body) { WriteBody(body, writer); }, entry.body);
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

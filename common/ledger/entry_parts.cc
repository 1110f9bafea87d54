#include "common/ledger/entry_parts.h"

#include <algorithm>

#include "common/ledger/canonical.h"

namespace motcua {
namespace {

constexpr std::size_t kReasonBytesMin = 2;

// A count that is held against what is left before anything is allocated.
std::size_t ReadCount(ByteReader& in, std::size_t max, std::size_t bytes_each) {
  const uint64_t count = in.VarintUpTo(max);
  if (count * bytes_each <= in.left()) return static_cast<std::size_t>(count);
  in.Fail();
  return 0;
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
  submit.covers = ReadNames(in, kNamesMax);
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

ReviewBody ReadReview(ByteReader& in) {
  ReviewBody review;
  review.fork = ReadName(in);
  review.branches = ReadNames(in, kNamesMax);
  return review;
}

PeriodBody::Frozen ReadFrozen(ByteReader& in) {
  PeriodBody::Frozen frozen;
  frozen.catalog = ReadHash(in);
  frozen.state = static_cast<UnitState>(in.Byte());
  frozen.units = static_cast<uint32_t>(in.VarintUpTo(kPeriodUnitsMax));
  frozen.covers = ReadNames(in, kNamesMax);
  frozen.figures = ReadHash(in);
  frozen.coverage = ReadHash(in);
  frozen.shown = ReadHash(in);
  return frozen;
}

PeriodBody ReadPeriod(ByteReader& in) {
  PeriodBody period;
  period.act = static_cast<PeriodAct>(in.Byte());
  period.period = ReadText(in);
  period.area = ReadText(in);
  period.revision = static_cast<uint32_t>(in.VarintUpTo(kRevisionMax));
  if (period.freezes()) period.frozen = ReadFrozen(in);
  if (period.act == PeriodAct::kUnlock) period.until_s = in.Zigzag();
  if (period.judges()) period.submission = ReadName(in);
  return period;
}

struct PlainBodyWriter {
  ByteWriter& out;

  void operator()(const AddBody&) const {}  // their formats write them
  void operator()(const RestateBody&) const {}
  void operator()(const SawBody& body) const { WriteNames(body.ends, out); }
  void operator()(const ExcludeBody& body) const {
    out.Byte(body.lifts ? 1 : 0);
    WriteName(body.first, out);
    WriteName(body.last, out);
  }
  void operator()(const ImportBody& body) const {
    out.Raw(AsBytes(body.digest));
    out.Varint(body.rows);
    out.Text(body.file_name);
  }
  void operator()(const SubmitBody& body) const {
    out.Text(body.period);
    WriteNames(body.covers, out);
    out.Raw(AsBytes(body.totals));
    out.Byte(body.nothing_to_report ? 1 : 0);
    out.Text(body.signer);
    out.Text(body.document);
    out.Varint(body.reasons.size());
    for (const SubmitBody::Reason& reason : body.reasons) {
      out.Text(reason.rule);
      out.Text(reason.text);
    }
  }
  void operator()(const ReviewBody& body) const {
    WriteName(body.fork, out);
    WriteNames(body.branches, out);
  }
  void operator()(const PeriodBody& body) const {
    out.Byte(static_cast<uint8_t>(body.act));
    out.Text(body.period);
    out.Text(body.area);
    out.Varint(body.revision);
    if (body.freezes()) WriteFrozen(body.frozen);
    if (body.act == PeriodAct::kUnlock) out.Zigzag(body.until_s);
    if (body.judges()) WriteName(body.submission, out);
  }
  void WriteFrozen(const PeriodBody::Frozen& frozen) const {
    out.Raw(AsBytes(frozen.catalog));
    out.Byte(static_cast<uint8_t>(frozen.state));
    out.Varint(frozen.units);
    WriteNames(frozen.covers, out);
    out.Raw(AsBytes(frozen.figures));
    out.Raw(AsBytes(frozen.coverage));
    out.Raw(AsBytes(frozen.shown));
  }
};

}  // namespace

void WriteName(const EntryName& name, ByteWriter& out) {
  out.Fixed32(name.device.value);
  out.Varint(name.seq);
  out.Fixed64(name.h8);
}

void WriteNames(const std::vector<EntryName>& names, ByteWriter& out) {
  out.Varint(names.size());
  for (const EntryName& name : names) WriteName(name, out);
}

void WriteValue(const Value& value, ByteWriter& out) {
  out.Byte(static_cast<uint8_t>(value.index()));
  if (const auto* number = std::get_if<int64_t>(&value)) out.Zigzag(*number);
  if (const auto* text = std::get_if<std::string>(&value)) out.Text(*text);
}

void WritePlainBody(const EntryBody& body, ByteWriter& out) { std::visit(PlainBodyWriter{out}, body); }

EntryName ReadName(ByteReader& in) {
  EntryName name;
  name.device.value = in.Fixed32();
  name.seq = static_cast<Seq>(in.VarintUpTo(kSeqMax));
  name.h8 = in.Fixed64();
  return name;
}

std::vector<EntryName> ReadNames(ByteReader& in, std::size_t count_max) {
  std::vector<EntryName> names(ReadCount(in, count_max, kNameBytesMin));
  for (EntryName& name : names) name = ReadName(in);
  return names;
}

Value ReadValue(ByteReader& in) {
  switch (in.Byte()) {
    case 0:
      return std::monostate();
    case 1:
      return in.Zigzag();
    case 2:
      return ReadText(in);
    default:
      in.Fail();
      return std::monostate();
  }
}

std::string ReadText(ByteReader& in) { return std::string(in.Text(kEntryBytesMax)); }

bool ReadBool(ByteReader& in) {
  const uint8_t byte = in.Byte();
  if (byte > 1) in.Fail();
  return byte == 1;
}

Hash ReadHash(ByteReader& in) {
  Hash hash{};
  const absl::string_view bytes = in.Raw(hash.size());
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

EntryBody ReadPlainBody(EntryKind kind, ByteReader& in) {
  switch (kind) {
    case EntryKind::kSaw:
      return SawBody{ReadNames(in, kNamesMax)};
    case EntryKind::kExclude:
      return ReadExclude(in);
    case EntryKind::kImport:
      return ReadImport(in);
    case EntryKind::kSubmit:
      return ReadSubmit(in);
    case EntryKind::kReview:
      return ReadReview(in);
    case EntryKind::kPeriod:
      return ReadPeriod(in);
    case EntryKind::kAdd:
    case EntryKind::kRestate:
      break;
  }
  in.Fail();
  return AddBody{};
}

}  // namespace motcua

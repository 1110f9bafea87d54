#include "tests/fuzz/batch_columns.h"

#include <algorithm>

#include "common/base/bytes.h"

namespace motcua {
namespace {

struct Header {
  EntryName parent;
  uint64_t entries = 0;
  uint64_t last_h8 = 0;
};

std::optional<std::vector<Header>> ReadHeaders(absl::string_view column) {
  ByteReader in(column);
  std::vector<Header> headers;
  while (in.left() > 0) {
    Header header;
    header.parent.device = DeviceId{in.Fixed32()};
    header.parent.seq = static_cast<Seq>(in.VarintUpTo(kSeqMax));
    if (header.parent.seq > 0) header.parent.h8 = in.Fixed64();
    header.entries = in.Varint();
    header.last_h8 = in.Fixed64();
    headers.push_back(header);
  }
  if (!in.AtEnd()) return std::nullopt;
  return headers;
}

std::string WriteHeaders(const std::vector<Header>& headers) {
  std::string column;
  ByteWriter out(&column);
  for (const Header& header : headers) {
    out.Fixed32(header.parent.device.value);
    out.Varint(header.parent.seq);
    if (header.parent.seq > 0) out.Fixed64(header.parent.h8);
    out.Varint(header.entries);
    out.Fixed64(header.last_h8);
  }
  return column;
}

}  // namespace

std::optional<BatchColumns> SplitBatch(absl::string_view bytes) {
  ByteReader in(bytes);
  BatchColumns columns;
  if (in.Byte() != batch_format::kVersion) return std::nullopt;
  for (std::string& column : columns) column = std::string(in.Text(kBatchBytesMax));
  if (!in.AtEnd()) return std::nullopt;
  return columns;
}

std::string JoinBatch(const BatchColumns& columns) {
  std::string bytes;
  ByteWriter out(&bytes);
  out.Byte(batch_format::kVersion);
  for (const std::string& column : columns) out.Text(column);
  return bytes;
}

void HeldNames::Add(const EntryName& name, const Hash& hash) {
  names.push_back(name);
  hashes.push_back(hash);
}

EntryName HeldNames::Resolve(const EntryName& name) const {
  if (name.seq > 0 && name.h8 < names.size()) return names[name.h8];
  EntryName resolved = name;
  if (name.device.value < devices.size()) resolved.device = devices[name.device.value];
  return resolved;
}

std::string RepairBatch(absl::string_view bytes, const CodeBook& book, const HeldNames& held) {
  std::optional<BatchColumns> columns = SplitBatch(bytes);
  if (!columns) return std::string(bytes);
  std::optional<std::vector<Header>> headers = ReadHeaders((*columns)[batch_format::kRuns]);
  if (!headers) return std::string(bytes);
  for (Header& header : *headers) header.parent = held.Resolve(header.parent);
  (*columns)[batch_format::kRuns] = WriteHeaders(*headers);
  const absl::StatusOr<std::vector<DecodedRun>> runs = DecodeBatch(JoinBatch(*columns), book);
  if (!runs.ok()) return JoinBatch(*columns);
  HeldNames known = held;  // and what earlier runs of this batch bring
  Chain chain;
  for (std::size_t i = 0; i < runs->size(); ++i) {
    const EntryName& parent = (*runs)[i].run.parent;
    const auto at = std::find(known.names.begin(), known.names.end(), parent);
    Hash hash = parent.seq == 0 || at == known.names.end() ? ChainRoot(parent.device)
                                                            : known.hashes[static_cast<std::size_t>(at - known.names.begin())];
    for (const Entry& entry : (*runs)[i].run.entries) {
      hash = chain.Next(hash, entry);
      known.Add({entry.device, entry.seq, First8(hash)}, hash);
    }
    (*headers)[i].last_h8 = First8(hash);
  }
  (*columns)[batch_format::kRuns] = WriteHeaders(*headers);
  return JoinBatch(*columns);
}

}  // namespace motcua

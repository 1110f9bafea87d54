// The parts of which stored and sent entries are made, written and read in one place: names, values, and the
// bodies that are about no cell. canonical.h draws them; batches, receipts and the hub's rows use the same forms.
//
// Reading: every fault ends in in.Fail(), and nothing is allocated for a count that cannot be there.
// Threads: any; plain functions.
#pragma once

#include <string>
#include <vector>

#include "common/base/bytes.h"
#include "common/ledger/entry.h"

namespace motcua {

inline constexpr std::size_t kNameBytesMin = 4 + 1 + 8;  // device, shortest seq, h8

void WriteName(const EntryName& name, ByteWriter& out);
void WriteNames(const std::vector<EntryName>& names, ByteWriter& out);
void WriteValue(const Value& value, ByteWriter& out);
// Of saw, exclude, import, submit, review and period; those with a cell are left to their formats.
void WritePlainBody(const EntryBody& body, ByteWriter& out);

EntryName ReadName(ByteReader& in);
// At most `count_max` of them.
std::vector<EntryName> ReadNames(ByteReader& in, std::size_t count_max);
Value ReadValue(ByteReader& in);
std::string ReadText(ByteReader& in);
bool ReadBool(ByteReader& in);
Hash ReadHash(ByteReader& in);
EntryBody ReadPlainBody(EntryKind kind, ByteReader& in);

}  // namespace motcua

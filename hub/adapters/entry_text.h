// What an entry says, for lists: as JSON with the same fields for every kind, and in words.
//
// Threads: any.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "common/ledger/entry.h"
#include "common/ledger/unit_ledger.h"

namespace motcua {

// "add", "restate" … in files; in the reader's language on screens.
const char* KindName(EntryKind kind);
std::string KindForPeople(EntryKind kind);

// What became of an entry. What is counted of a counter cell adds up to its number; a restatement that stands is in force
// beside the one the cell shows.
const char* FateName(UnitLedger::FateKind fate);
std::string FateForPeople(UnitLedger::FateKind fate);

// Adds cell, delta, value, shown, first, last and detail; what the kind lacks stays empty.
void DescribeBody(const Entry& entry, nlohmann::ordered_json& json);
// Beside its cell: "+5", "= 25", a file's name, what was decided, in the reader's language.
std::string WhatItSays(const Entry& entry);

}  // namespace motcua

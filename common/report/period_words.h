// How decisions about periods and the states of units are named: for programs, and for people in the current language.
//
// Threads: pure functions.
#pragma once

#include <string>

#include "common/ledger/entry.h"

namespace motcua {

const char* UnitStateName(UnitState state);  // "not_started" … "exempt"; "" for none
std::string UnitStateForPeople(UnitState state);
const char* PeriodActName(PeriodAct act);  // "lock" …
// "chốt kỳ vpcp/2020-08 của 001, bản 1".
std::string PeriodActForPeople(const PeriodBody& body);

// What a unit owes for a period is in: submitted, with figures or with none, also if it has changed since.
bool IsSubmitted(UnitState state);
// Owed, and not in: a lock asks for these.
bool IsMissing(UnitState state);

}  // namespace motcua

// EntryBook numbers every entry that any history of an exploration ever wrote, so that what a replica holds is a
// short sorted list, and says what is wrong with a replica that holds one.
//
// Threads: one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/ledger/unit_ledger.h"
#include "tests/common/ledger/oracle.h"

namespace motcua::explore {

using EntrySet = std::vector<uint32_t>;  // sorted
bool Includes(const EntrySet& all, const EntrySet& some);
EntrySet Union(const EntrySet& a, const EntrySet& b);
EntrySet Minus(const EntrySet& a, const EntrySet& b);

class EntryBook {
 public:
  // Everything `ledger` holds.
  EntrySet Note(const UnitLedger& ledger);
  const Written& at(uint32_t number) const { return written_[number]; }
  bool Has(const EntrySet& held, const EntryName& name) const;
  // Does `held` have an entry right behind this one?
  bool HasChild(const EntrySet& held, const EntryName& name) const;
  std::vector<EntryName> EndsOf(const EntrySet& held) const;
  // "A1", "A2" …: what each recorded number says in its note.
  std::string Show(const EntrySet& held) const;

  // Empty when all is well: the ledger's ends and every cell are what an independent fold makes of the same
  // entries, and nothing that was recorded once is there twice.
  std::string Check(const EntrySet& held, const UnitLedger& ledger) const;

 private:
  std::string CheckCells(const EntrySet& held, const UnitLedger& ledger) const;

  std::map<EntryName, uint32_t> numbers_;
  std::vector<Written> written_;
};

}  // namespace motcua::explore

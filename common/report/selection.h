// Selections: what filters let through, with every code looked up once. A report asks for each of a few hundred
// filters at each of a few hundred pairs, which must not compare texts.
//
// Threads: const after making; a Resolver belongs to one thread. Lifetime: the catalog (and the filters and terms
// given to a Resolver, which remembers them by address) must outlive it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/catalog/catalog.h"

namespace motcua {

class FigureTable;

class Selection {
 public:
  // `area`: figures that `with_dossiers_by` is answered from; without them it narrows nothing.
  Selection(const Catalog& catalog, const Filter& filter, const FigureTable* area = nullptr);

  bool PassesKind(const UnitKind* kind) const;
  // Figures without procedure or channel (desk-wide) pass where neither is narrowed. Weekday 0: of no single day.
  bool Passes(const Procedure* procedure, const Channel* channel, int weekday) const;
  bool all() const { return all_; }  // narrows nothing

 private:
  void NarrowProcedures(const Filter& filter, const FigureTable* area);

  const CatalogData& data_;
  bool all_ = false;
  // By place in the catalog's lists; empty: not narrowed.
  std::vector<bool> kinds_;
  std::vector<bool> procedures_;
  std::vector<bool> channels_;
  unsigned weekdays_ = 0;  // bit 1 Monday … bit 7 Sunday; 0: not narrowed
};

// A measure, base or derived, as what it is made of: carried_over and base measures with signs.
struct LinearForm {
  int carried_over = 0;
  std::vector<int8_t> signs;          // by the measure's place in the catalog
  const Measure* base = nullptr;      // null for a derived one
  bool zero_without_entries = false;  // known as 0 where there is data at all
};
LinearForm Expand(const Catalog& catalog, const std::string& measure);

// Looks up filters and measures once each.
class Resolver {
 public:
  explicit Resolver(const Catalog* catalog, const FigureTable* area = nullptr) : catalog_(*catalog), area_(area) {}

  const Selection& Of(const Filter& filter);
  const LinearForm& Of(const std::string& measure);
  const Catalog& catalog() const { return catalog_; }

 private:
  const Catalog& catalog_;
  const FigureTable* area_;
  std::unordered_map<const Filter*, std::unique_ptr<Selection>> selections_;
  std::map<std::string, LinearForm, std::less<>> forms_;
};

}  // namespace motcua

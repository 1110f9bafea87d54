// Facts: the known figures of an area as a plain list, for people who compute on. Every known cell is in it once,
// zero or not; what is not known is absent; rates never appear.
//
//   FactsQuery query{.unit = "001", .from = from, .to = to, .dimensions = {"unit", "procedure"}};
//   MOTCUA_ASSIGN_OR_RETURN(const FactsTable table, ListFacts(catalog, facts, query));
//
// Flows and amounts are summed from `from` to `to`; a stock is its last observation up to `to`, summed over what the
// dimensions leave together. Derived measures appear where a part of them is known. With the dimension `day` every
// day stands alone: flows of that day, stocks observed on it, and of the derived ones `resolved` and
// `late_by_system_only`, for the others are states at the end of a span. Choices and texts appear where nothing has to be added up: with the dimension
// `unit` (or an area of one unit), and, unless desk-wide, with `procedure` and `channel`.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "common/catalog/catalog.h"
#include "common/report/fact_source.h"

namespace motcua {

struct FactsQuery {
  std::string unit;
  Day from;
  Day to;
  std::vector<std::string> dimensions;  // of unit, day, procedure, field, channel; columns in this order
  std::vector<std::string> measures;    // empty: all, derived included
};

struct FactsRow {
  std::vector<std::string> key;  // one text per dimension, empty where the figure has none (desk-wide)
  std::string measure;
  Value value;
  auto operator<=>(const FactsRow&) const = default;
};

struct FactsTable {
  std::vector<std::string> dimensions;
  std::vector<FactsRow> rows;  // sorted by key, then measure
};

// kNotFound for an unknown unit; kInvalidArgument for an unknown dimension or measure, a rate, or days in the wrong
// order: one sentence per fault.
absl::StatusOr<FactsTable> ListFacts(const Catalog& catalog, const FactSource& facts, const FactsQuery& query);

std::string FactsAsCsv(const FactsTable& table);
std::string FactsAsJson(const FactsTable& table);

}  // namespace motcua

// CellCoder turns a cell's codes into the numbers of its fact key, or says that the catalog does not know
// them (then the entry is held, not refused). It remembers every code it met, so an entry costs three
// look-ups.
//
// Threads: one. Lifetime: for one catalog; made anew when another is applied or a transaction was undone.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "common/catalog/catalog.h"
#include "hub/core/code_ids.h"
#include "hub/core/fact_key.h"

namespace motcua {

struct CodedCell {
  uint32_t procedure = 0;
  uint32_t channel = 0;
  uint32_t measure = 0;
  const Measure* definition = nullptr;  // lives as long as the catalog

  CellTable table() const {
    return definition->nature() == MeasureNature::kCounter ? CellTable::kCounters : CellTable::kRegisters;
  }
};

// The packed key in the table of the measure's nature.
uint64_t PackCell(uint32_t unit, Day day, const CodedCell& cell);

class CellCoder {
 public:
  CellCoder(std::shared_ptr<const Catalog> catalog, CodeIds* ids)
      : catalog_(std::move(catalog)), ids_(*ids) {}

  // nullopt: a code (or the day) is outside what the catalog (or a fact's key) knows. The unit is not looked
  // at.
  absl::StatusOr<std::optional<CodedCell>> Code(const Cell& cell);
  const Catalog& catalog() const { return *catalog_; }

 private:
  struct Known {
    bool known = false;
    uint32_t id = 0;
    const Measure* measure = nullptr;
  };
  using Memory = std::unordered_map<std::string, Known>;
  absl::StatusOr<Known> Look(Memory& memory, CodeKind kind, const std::string& code);
  Known Ask(CodeKind kind, const std::string& code) const;

  std::shared_ptr<const Catalog> catalog_;
  CodeIds& ids_;
  Memory procedures_, channels_, measures_;
};

}  // namespace motcua

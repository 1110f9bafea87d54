// FaultsOf: everything that is wrong with a catalog as written, so that a person mends it in one go.
//
// Threads: a pure function. Errors: the answer; it never stops at the first fault.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/catalog/catalog.h"

namespace motcua {

// A person mends a few at a time; a broken file of 8 MiB must not become a message of a gigabyte.
inline constexpr std::size_t kFaultsMax = 1000;

// Collects faults, each "file:line: sentence" in the current language.
class FaultList {
 public:
  void Add(const Source& source, const std::string& vi, const std::string& en);
  // Sorted by file and line, each once; what exceeds kFaultsMax is counted in a last sentence.
  std::vector<std::string> Take();

 private:
  struct Fault {
    std::string file;
    int line = 0;
    std::string sentence;
    auto operator<=>(const Fault&) const = default;
  };
  std::vector<Fault> faults_;
};

// Sentences for every fault; empty when the catalog may be used.
std::vector<std::string> FaultsOf(const CatalogData& data);

// What the checks of several kinds share. `what` names the thing in both languages: {"thủ tục", "procedure"}.
struct What {
  absl::string_view vi;
  absl::string_view en;
};
void CheckCode(const What& what, const std::string& code, const Source& source, FaultList* faults);
void CheckLabel(const What& what, const std::string& id, const Label& name, const Source& source,
                FaultList* faults);
void CheckSpan(const What& what, const std::string& id, std::optional<Day> from, std::optional<Day> to,
               const Source& source, FaultList* faults);
// "the form "x" names an unknown channel "y"": one sentence for every reference that leads nowhere.
void AddUnknown(const What& from, const std::string& from_id, const What& to, const std::string& to_id,
                const Source& source, FaultList* faults);
void AddDuplicate(const What& what, const std::string& id, const Source& first, const Source& source,
                  FaultList* faults);

// Ids of a list are codes and stand once; names are not empty.
template <typename T, typename Key>
void CheckIds(const What& what, const std::vector<T>& items, Key key, FaultList* faults) {
  std::map<absl::string_view, const Source*> seen;
  for (const T& item : items) {
    CheckCode(what, item.*key, item.source, faults);
    const auto [first, fresh] = seen.emplace(item.*key, &item.source);
    if (!fresh) AddDuplicate(what, item.*key, *first->second, item.source, faults);
  }
}

// The sets of codes that references may name.
struct KnownCodes {
  explicit KnownCodes(const CatalogData& data);
  std::set<absl::string_view> kinds, levels, fields, field_properties, procedures, procedure_properties, channels,
      calendars, rates, forms;
  std::map<absl::string_view, const Measure*> measures;
  const Measure* MeasureOf(absl::string_view code) const;  // null when there is none
  FigureNature NatureAt(const FormRow& row, const FormColumn& column) const;
};

// Where a quantity stands decides what its terms may be.
struct QuantityUse {
  bool words = false;        // a figure of a form may show a choice or text, when it is the whole quantity
  bool units = true;         // terms may count units
  bool area = true;          // asked of a whole area, so that terms may ask what the area received
  const Form* form = nullptr;  // terms may name rows of it
};
// Measures, coefficients, counts and filters of a quantity that belongs to `owner`.
void CheckQuantity(const KnownCodes& known, const What& owner, const std::string& owner_id,
                   const Quantity& quantity, FaultList* faults, const QuantityUse& use = {});
// What a filter of its own, or of the row and column it stands in, may do to a term: weekdays narrow flows only,
// what is counted once cannot be narrowed at all.
void CheckNarrowing(const KnownCodes& known, const What& owner, const std::string& owner_id, const Term& term,
                    const Filter& filter, const Source& source, FaultList* faults);
void CheckFilter(const KnownCodes& known, const What& owner, const std::string& owner_id,
                 const Filter& filter, const Source& source, FaultList* faults);

inline constexpr int kCoefficientMax = 1000;  // a weight of a sum; more is a slip of the pen

// The parts of FaultsOf, one file each.
void CheckUnits(const CatalogData& data, const KnownCodes& known, FaultList* faults);  // check_units.cc
void CheckLists(const CatalogData& data, const KnownCodes& known, FaultList* faults);  // check_lists.cc
void CheckForms(const CatalogData& data, const KnownCodes& known, FaultList* faults);  // check_forms.cc
// check_figures.cc: what row and column of a form mean together.
void CheckFigures(const CatalogData& data, const KnownCodes& known, const Form& form, FaultList* faults);
void CheckRules(const CatalogData& data, const KnownCodes& known, FaultList* faults);  // check_rules.cc

}  // namespace motcua

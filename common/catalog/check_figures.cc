// Where row and column of a form meet: their filters narrow what is counted there, and a row may sum other rows.
#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/catalog/catalog_check.h"

namespace motcua {
namespace {

constexpr What kRow{"hàng", "row"};
constexpr int kDepthMax = 64;  // rows that sum rows that sum rows …; reports walk them one inside the other

const Rate* FindRate(const CatalogData& data, const std::string& id) {
  for (const Rate& rate : data.rates) {
    if (rate.id == id) return &rate;
  }
  return nullptr;
}

class FigureCheck {
 public:
  FigureCheck(const CatalogData& data, const KnownCodes& known, const Form& form, FaultList* faults)
      : data_(data), known_(known), form_(form), faults_(*faults) {
    for (const FormRow& row : form.rows) rows_.emplace(row.id, &row);
  }

  void Check() {
    for (const FormRow& row : form_.rows) {
      CheckFilters(row);
      CheckRowTerms(row);
      DepthOf(row);
    }
  }

 private:
  std::string IdOf(const FormRow& row) const { return absl::StrCat(form_.id, "/", row.id); }
  void Add(const FormRow& row, const std::string& vi, const std::string& en) {
    faults_.Add(row.source, absl::StrCat("hàng \"", IdOf(row), "\": ", vi), absl::StrCat("row \"", IdOf(row), "\": ", en));
  }

  // The row's filter against everything that stands in the row, the column's against everything below it.
  void CheckFilters(const FormRow& row) {
    for (const FormColumn& column : form_.columns) {
      if (row.heading || column.target) continue;
      const Rate* rate = FindRate(data_, row.rate.empty() ? column.rate : row.rate);
      if (rate != nullptr) {
        CheckTerms(row, column, rate->numerator);
        CheckTerms(row, column, rate->denominator);
      } else {
        CheckTerms(row, column, QuantityAt(row, column));
      }
    }
  }

  void CheckTerms(const FormRow& row, const FormColumn& column, const Quantity& quantity) {
    for (const Term& term : quantity.terms) {
      if (!term.row.empty()) continue;
      CheckNarrowing(known_, kRow, IdOf(row), term, row.filter, row.source, &faults_);
      CheckNarrowing(known_, {"cột", "column"}, absl::StrCat(form_.id, "/", column.id), term, column.filter,
                     column.source, &faults_);
      if (row.per_field && term.count == Count::kUnits) {
        Add(row, "đếm đơn vị thì không lặp theo lĩnh vực.", "a count of units is not repeated per field.");
      }
    }
  }

  void CheckRowTerms(const FormRow& row) {
    for (const Term& term : row.quantity.terms) {
      if (term.row.empty()) continue;
      const auto found = rows_.find(term.row);
      if (found == rows_.end()) {
        AddUnknown(kRow, IdOf(row), kRow, term.row, row.quantity.source, &faults_);
      } else if (!IsNumberRow(*found->second)) {
        faults_.Add(row.quantity.source,
                    absl::StrCat("hàng \"", IdOf(row), "\": hàng \"", term.row, "\" không phải là số cộng được."),
                    absl::StrCat("row \"", IdOf(row), "\": row \"", term.row, "\" is not a number that can be summed."));
      }
    }
  }

  bool IsNumberRow(const FormRow& row) const {
    for (const FormColumn& column : form_.columns) {
      if (known_.NatureAt(row, column) == FigureNature::kNumber) return true;
    }
    return false;
  }

  // How many rows stand on each other below `row`, itself included. A cycle is told once, at the row it was entered
  // by; after any fault the rows on the way count as one, so that nothing is told twice.
  int DepthOf(const FormRow& row) {
    const auto known = depth_.find(row.id);
    if (known != depth_.end()) return known->second;
    path_.push_back(row.id);
    int depth = 1;
    for (const Term& term : row.quantity.terms) {
      const auto next = rows_.find(term.row);
      if (term.row.empty() || next == rows_.end()) continue;
      const auto entered = std::find(path_.begin(), path_.end(), absl::string_view(next->second->id));
      if (entered != path_.end()) {
        TellCycle(entered);
      } else if (path_.size() < kDepthMax) {
        depth = std::max(depth, 1 + DepthOf(*next->second));
      } else {
        depth = kDepthMax + 1;
      }
    }
    path_.pop_back();
    if (depth > kDepthMax) {
      depth = 1;
      Add(row, absl::StrCat("cộng chồng quá ", kDepthMax, " hàng lên nhau."),
          absl::StrCat("sums rows more than ", kDepthMax, " deep."));
    }
    depth_[row.id] = depth;
    return depth;
  }

  void TellCycle(std::vector<absl::string_view>::const_iterator entered) {
    const std::string circle =
        absl::StrCat(absl::StrJoin(entered, path_.cend(), " → "), " → ", *entered);
    Add(*rows_.at(*entered), absl::StrCat("các hàng cộng vòng tròn: ", circle, "."),
        absl::StrCat("rows sum themselves: ", circle, "."));
  }

  const CatalogData& data_;
  const KnownCodes& known_;
  const Form& form_;
  FaultList& faults_;
  std::map<absl::string_view, const FormRow*> rows_;
  std::map<absl::string_view, int> depth_;
  std::vector<absl::string_view> path_;
};

}  // namespace

void CheckFigures(const CatalogData& data, const KnownCodes& known, const Form& form, FaultList* faults) {
  FigureCheck(data, known, form, faults).Check();
}

}  // namespace motcua

// Quantities and filters: what is summed or counted, and what may narrow it.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/catalog/catalog_check.h"

namespace motcua {
namespace {

constexpr What kMeasure{"chỉ tiêu", "measure"};

// A sentence about `owner`: "Rate "early": …".
void AddAbout(const What& owner, const std::string& owner_id, const Source& source, const std::string& vi,
              const std::string& en, FaultList* faults) {
  faults->Add(source, absl::StrCat(owner.vi, " \"", owner_id, "\": ", vi),
              absl::StrCat(owner.en, " \"", owner_id, "\": ", en));
}

void CheckNames(const KnownCodes& known, const What& owner, const std::string& owner_id,
                const std::set<absl::string_view> KnownCodes::*list, const std::vector<std::string>& names,
                const What& what, const Source& source, FaultList* faults) {
  for (const std::string& name : names) {
    if (!(known.*list).contains(name)) AddUnknown(owner, owner_id, what, name, source, faults);
  }
}

bool IsWorded(const Measure& measure) {
  return measure.kind == MeasureKind::kChoice || measure.kind == MeasureKind::kText;
}

// Summed over days: a flow, an amount, or a derived sum of flows.
bool IsFlow(const KnownCodes& known, absl::string_view code) {
  const Measure* measure = known.MeasureOf(code);
  return measure == nullptr ? IsDerivedFlow(code) : measure->nature() == MeasureNature::kCounter;
}

class TermCheck {
 public:
  TermCheck(const KnownCodes& known, const What& owner, const std::string& owner_id, const Source& source,
            FaultList* faults)
      : known_(known), owner_(owner), owner_id_(owner_id), source_(source), faults_(*faults) {}

  void Check(const Term& term, const QuantityUse& use) {
    CheckCoefficient(term);
    CheckFilter(known_, owner_, owner_id_, term.filter, source_, &faults_);
    if (!use.area && !term.filter.with_dossiers_by.empty()) {
      Add("quy tắc xét từng đơn vị nên không lọc theo thủ tục có phát sinh hồ sơ trên địa bàn (with_dossiers_by).",
          "a rule looks at one unit and cannot ask of which procedures the area has dossiers (with_dossiers_by).");
    }
    if (!term.row.empty()) return CheckRowTerm(term, use);
    CheckNarrowing(known_, owner_, owner_id_, term, term.filter, source_, &faults_);
    const Measure* measure = known_.MeasureOf(term.measure);
    const bool any = term.count == Count::kUnits && term.measure.empty();
    if (!any && measure == nullptr && !IsDerivedMeasure(term.measure)) {
      AddUnknown(owner_, owner_id_, kMeasure, term.measure, source_, &faults_);
      return;
    }
    if (term.count == Count::kSum) CheckSum(term, measure, use.words);
    if (term.count == Count::kProcedures) CheckProcedures(term, measure);
    if (term.count == Count::kUnits) CheckUnits(term, measure, use.units);
    const bool asks = measure != nullptr && measure->kind == MeasureKind::kChoice && term.count == Count::kUnits;
    if (!asks && !term.answer.empty()) {
      Add("answer chỉ dùng khi đếm đơn vị theo một chỉ tiêu lựa chọn.",
          "an answer is for counting units by a choice only.");
    }
  }

 private:
  void Add(const std::string& vi, const std::string& en) { AddAbout(owner_, owner_id_, source_, vi, en, &faults_); }

  void CheckCoefficient(const Term& term) {
    if (term.coefficient != 0 && std::abs(term.coefficient) <= kCoefficientMax) return;
    const std::string& what = term.row.empty() ? term.measure : term.row;
    Add(absl::StrCat("hệ số của \"", what, "\" phải khác 0 và trong khoảng ±", kCoefficientMax, "."),
        absl::StrCat("the coefficient of \"", what, "\" must not be 0 and lie within ±", kCoefficientMax, "."));
  }

  // Which row it may be is checked with the form.
  void CheckRowTerm(const Term& term, const QuantityUse& use) {
    if (use.form == nullptr) {
      Add("chỉ hàng của biểu mẫu mới được cộng các hàng khác.", "only a row of a form may sum other rows.");
    } else if (!term.measure.empty() || term.count != Count::kSum || !term.answer.empty() || !IsEmpty(term.filter)) {
      Add(absl::StrCat("số hạng lấy hàng \"", term.row, "\" không nêu thêm chỉ tiêu, cách đếm hay bộ lọc."),
          absl::StrCat("a term that takes row \"", term.row, "\" names no measure, count or filter beside it."));
    }
  }

  static bool IsEmpty(const Filter& filter) {
    return !filter.NarrowsUnits() && !filter.NarrowsProcedures() && filter.channels.empty() && filter.weekdays.empty();
  }

  void CheckSum(const Term& term, const Measure* measure, bool words_allowed) {
    if (measure == nullptr) return;
    if (IsWorded(*measure) && !words_allowed) {
      Add(absl::StrCat("chỉ tiêu \"", term.measure, "\" không phải là số, không cộng được."),
          absl::StrCat("measure \"", term.measure, "\" is not a number and cannot be summed."));
    }
    if (measure->desk_wide && !measure->once && (term.filter.NarrowsProcedures() || !term.filter.channels.empty())) {
      Add(absl::StrCat("chỉ tiêu \"", term.measure,
                       "\" tính cho cả bộ phận, không lọc theo lĩnh vực, thủ tục hay hình thức tiếp nhận."),
          absl::StrCat("measure \"", term.measure,
                       "\" is desk-wide and cannot be narrowed by field, procedure or channel."));
    }
  }

  void CheckProcedures(const Term& term, const Measure* measure) {
    if (IsFlow(known_, term.measure) && (measure == nullptr || !measure->desk_wide)) return;
    Add(absl::StrCat("đếm thủ tục theo một chỉ tiêu phát sinh của từng thủ tục, \"", term.measure, "\" không phải."),
        absl::StrCat("procedures are counted by a flow recorded per procedure, \"", term.measure, "\" is none."));
  }

  void CheckUnits(const Term& term, const Measure* measure, bool allowed) {
    if (!allowed) Add("không đếm đơn vị được ở đây.", "units cannot be counted here.");
    if (measure == nullptr) return;
    if (measure->kind == MeasureKind::kText) {
      Add(absl::StrCat("không đếm đơn vị theo chữ của \"", term.measure, "\"."),
          absl::StrCat("units cannot be counted by the text \"", term.measure, "\"."));
    }
    const std::vector<std::string>& choices = measure->choices;
    if (measure->kind != MeasureKind::kChoice || choices.empty()) return;
    if (std::find(choices.begin(), choices.end(), term.answer) != choices.end()) return;
    Add(absl::StrCat("\"", term.answer, "\" không phải là lựa chọn của \"", term.measure, "\"."),
        absl::StrCat("\"", term.answer, "\" is not one of the choices of \"", term.measure, "\"."));
  }

  const KnownCodes& known_;
  const What& owner_;
  const std::string& owner_id_;
  const Source& source_;
  FaultList& faults_;
};

}  // namespace

void CheckFilter(const KnownCodes& known, const What& owner, const std::string& owner_id,
                 const Filter& filter, const Source& source, FaultList* faults) {
  const auto check = [&](const std::set<absl::string_view> KnownCodes::*list,
                         const std::vector<std::string>& names, const What& what) {
    CheckNames(known, owner, owner_id, list, names, what, source, faults);
  };
  check(&KnownCodes::levels, filter.levels, {"cấp", "level"});
  check(&KnownCodes::fields, filter.fields, {"lĩnh vực", "field"});
  check(&KnownCodes::procedures, filter.procedures, {"thủ tục", "procedure"});
  check(&KnownCodes::channels, filter.channels, {"hình thức tiếp nhận", "channel"});
  check(&KnownCodes::kinds, filter.unit_kinds, {"loại đơn vị", "unit kind"});
  check(&KnownCodes::procedure_properties, filter.procedure_properties, {"đặc điểm thủ tục", "procedure property"});
  check(&KnownCodes::field_properties, filter.field_properties, {"đặc điểm lĩnh vực", "field property"});
  check(&KnownCodes::procedure_properties, filter.fields_offering, {"đặc điểm thủ tục", "procedure property"});
  check(&KnownCodes::channels, filter.with_dossiers_by, {"hình thức tiếp nhận", "channel"});
  for (const int weekday : filter.weekdays) {
    if (1 <= weekday && weekday <= 7) continue;
    AddAbout(owner, owner_id, source, absl::StrCat("ngày trong tuần viết từ 1 (thứ Hai) đến 7 (Chủ nhật), không phải ", weekday, "."),
             absl::StrCat("a weekday is 1 (Monday) to 7 (Sunday), not ", weekday, "."), faults);
  }
}

void CheckNarrowing(const KnownCodes& known, const What& owner, const std::string& owner_id, const Term& term,
                    const Filter& filter, const Source& source, FaultList* faults) {
  const auto add = [&](const std::string& vi, const std::string& en) {
    AddAbout(owner, owner_id, source, absl::StrCat("chỉ tiêu \"", term.measure, "\" ", vi),
             absl::StrCat("measure \"", term.measure, "\" ", en), faults);
  };
  const Measure* measure = known.MeasureOf(term.measure);
  const bool of_procedures = filter.NarrowsProcedures() || !filter.channels.empty() || !filter.weekdays.empty();
  if (term.count == Count::kUnits && !filter.with_dossiers_by.empty()) {
    add("được đếm theo đơn vị nên không lọc theo thủ tục có phát sinh hồ sơ.",
        "is counted by units and cannot be narrowed to procedures with dossiers.");
  } else if (measure == nullptr && term.measure.empty() && of_procedures) {
    AddAbout(owner, owner_id, source, "đếm mọi đơn vị nên không lọc theo thủ tục, hình thức tiếp nhận hay ngày.",
             "all units are counted, which cannot be narrowed by procedure, channel or weekday.", faults);
  } else if (measure != nullptr && measure->once &&
             (of_procedures || (filter.NarrowsUnits() && term.count != Count::kUnits))) {
    add("đếm một lần cho cả địa bàn nên không lọc được.", "is counted once for an area and cannot be narrowed.");
  } else if (!filter.weekdays.empty() && !IsFlow(known, term.measure) &&
             (measure != nullptr || IsDerivedMeasure(term.measure))) {
    add("không phải số phát sinh nên không lọc theo ngày trong tuần.",
        "is not a flow and cannot be narrowed to weekdays.");
  }
}

void CheckQuantity(const KnownCodes& known, const What& owner, const std::string& owner_id,
                   const Quantity& quantity, FaultList* faults, const QuantityUse& use) {
  const bool alone = quantity.terms.size() == 1 && quantity.terms[0].coefficient == 1;
  QuantityUse use_here = use;
  use_here.words = use.words && alone;
  TermCheck check(known, owner, owner_id, quantity.source, faults);
  for (const Term& term : quantity.terms) check.Check(term, use_here);
}

}  // namespace motcua

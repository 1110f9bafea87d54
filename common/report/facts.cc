#include "common/report/facts.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "absl/strings/str_join.h"
#include "common/base/language.h"
#include "common/report/measures.h"
#include "common/report/unit_figures.h"

namespace motcua {
namespace {

constexpr std::array<absl::string_view, 5> kDimensions = {"unit", "day", "procedure", "field", "channel"};

bool Has(const std::vector<std::string>& list, absl::string_view what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

absl::Status CheckQuery(const Catalog& catalog, const FactsQuery& query) {
  std::vector<std::string> faults;
  if (query.to < query.from) {
    faults.push_back(Say("Ngày bắt đầu không được sau ngày kết thúc; hãy xem lại hai ngày.", "The first day must not be after the last; check both days."));
  }
  std::set<std::string> seen;
  for (const std::string& dimension : query.dimensions) {
    if (std::find(kDimensions.begin(), kDimensions.end(), dimension) == kDimensions.end()) {
      faults.push_back(Say(absl::StrCat("Không có chiều ", Quoted(dimension), "; hãy chọn trong ", absl::StrJoin(kDimensions, ", "), "."),
                           absl::StrCat("There is no dimension ", Quoted(dimension), "; choose one of ", absl::StrJoin(kDimensions, ", "), ".")));
    } else if (!seen.insert(dimension).second) {
      faults.push_back(Say(absl::StrCat("Chiều \"", dimension, "\" được nêu hai lần; hãy nêu một lần."),
                           absl::StrCat("The dimension \"", dimension, "\" is named twice; name it once.")));
    }
  }
  for (const std::string& measure : query.measures) {
    if (catalog.FindMeasure(measure) != nullptr || IsDerived(measure)) continue;
    if (catalog.FindRate(measure) != nullptr) {
      faults.push_back(Say(absl::StrCat("\"", measure, "\" là tỷ lệ, không cộng được nên không liệt kê; hãy lấy tử số và mẫu số."),
                           absl::StrCat("\"", measure, "\" is a rate and cannot be added up; ask for what it is computed from.")));
    } else {
      faults.push_back(Say(absl::StrCat("Danh mục không có chỉ tiêu ", Quoted(measure), "; hãy xem lại mã."),
                           absl::StrCat("The catalog has no measure ", Quoted(measure), "; check its code.")));
    }
  }
  return faults.empty() ? absl::OkStatus() : absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
}

class Lister {
 public:
  Lister(const Catalog& catalog, const FactSource& facts, const FactsQuery& query)
      : catalog_(catalog), facts_(facts), query_(query), by_day_(Has(query.dimensions, "day")) {}

  absl::StatusOr<FactsTable> List() {
    std::vector<const Unit*> units = catalog_.RecordingUnits(query_.unit, query_.from, query_.to);
    one_unit_ = units.size() == 1;
    if (const Unit* own = Consolidating(); own != nullptr) units.push_back(own);
    for (const Unit* unit : units) {
      if (by_day_) {
        MOTCUA_RETURN_IF_ERROR(AddByDay(*unit));
      } else {
        MOTCUA_RETURN_IF_ERROR(AddSpan(*unit));
      }
    }
    return Table();
  }

 private:
  // What a row is about; null and kDayMin where the query does not ask. Pointers into the catalog stand for codes.
  struct Group {
    const Unit* unit = nullptr;
    Day day = kDayMin;
    const Procedure* procedure = nullptr;
    std::string_view field;
    const Channel* channel = nullptr;
    auto operator<=>(const Group&) const = default;
  };

  Group GroupOf(const Unit& unit, Day day, const Procedure* procedure, const Channel* channel) const {
    Group group;
    for (const std::string& dimension : query_.dimensions) {
      if (dimension == "unit") group.unit = &unit;
      if (dimension == "day") group.day = day;
      if (dimension == "procedure") group.procedure = procedure;
      if (dimension == "field" && procedure != nullptr) group.field = procedure->field;
      if (dimension == "channel") group.channel = channel;
    }
    return group;
  }

  // The unit asked about, where it records what is counted once for its area without having a desk.
  const Unit* Consolidating() const {
    const Unit* unit = catalog_.FindUnit(query_.unit, query_.to);
    if (unit == nullptr) unit = catalog_.FindUnit(query_.unit);
    return unit != nullptr && catalog_.KindOf(*unit)->consolidates ? unit : nullptr;
  }

  // What is counted once for an area is a figure of its own unit, never a part of another's.
  bool StandsFor(const Unit& unit, const Measure& measure) const {
    return !measure.once || unit.code == query_.unit || Has(query_.dimensions, "unit");
  }

  bool Wanted(absl::string_view measure) const { return query_.measures.empty() || Has(query_.measures, measure); }

  void AddNumber(const Group& group, absl::string_view measure, const Total& part) {
    if (part.known && Wanted(measure)) numbers_[group][measure].Add(part);
  }

  bool TextsStandAlone(const Measure& measure) const {
    const bool unit = one_unit_ || measure.once || Has(query_.dimensions, "unit");
    return unit && (measure.desk_wide || (Has(query_.dimensions, "procedure") && Has(query_.dimensions, "channel")));
  }

  void AddText(const Group& group, const Measure& measure, const std::string& text) {
    if (Wanted(measure.code) && TextsStandAlone(measure)) texts_[group][measure.code] = text;
  }

  absl::Status AddSpan(const Unit& unit) {
    MOTCUA_ASSIGN_OR_RETURN(const UnitFigures figures,
                            UnitFigures::Read(catalog_, facts_, unit, query_.from, query_.to,
                                              {.stocks = Stocks::kLastEver}));
    for (const PairFigures& pair : figures.table().pairs()) {
      const Group group = GroupOf(unit, query_.to, pair.procedure, pair.channel);
      for (const Amount& amount : pair.amounts) AddNumber(group, amount.measure->code, {amount.value, true, false});
      for (absl::string_view derived : DerivedCodes()) AddNumber(group, derived, DerivedOf(pair, derived));
    }
    const Group desk_wide = GroupOf(unit, query_.to, nullptr, nullptr);
    for (const Amount& amount : figures.table().once()) {
      if (StandsFor(unit, *amount.measure)) AddNumber(desk_wide, amount.measure->code, {amount.value, true, false});
    }
    for (const TextFigure& text : figures.texts()) {
      if (!StandsFor(unit, *text.measure)) continue;
      AddText(GroupOf(unit, query_.to, text.procedure, text.channel), *text.measure, text.text);
    }
    return absl::OkStatus();
  }

  // What carries over begins to be known with the first cell that moves the stock.
  Total DerivedOf(const PairFigures& pair, absl::string_view code) {
    const auto [at, added] = derived_.try_emplace(code);
    if (added) at->second = Expand(catalog_, std::string(code));
    return Evaluate(catalog_, at->second, pair);
  }

  absl::Status AddByDay(const Unit& unit) {
    return facts_.ForEachFact(unit.code, query_.from, query_.to, [&](const Fact& fact) {
      const Measure* measure = catalog_.FindMeasure(fact.measure);
      if (measure == nullptr || fact.value == nullptr) return;
      const Procedure* procedure = measure->desk_wide ? nullptr : catalog_.FindProcedure(fact.procedure);
      const Channel* channel = measure->desk_wide ? nullptr : catalog_.FindChannel(fact.channel);
      if (!measure->desk_wide && (procedure == nullptr || channel == nullptr)) return;
      if (!StandsFor(unit, *measure)) return;
      const Group group = GroupOf(unit, fact.day, procedure, channel);
      if (const int64_t* number = std::get_if<int64_t>(fact.value); number != nullptr) {
        AddNumber(group, measure->code, {*number, true, false});
        const auto [first, last] = SumsOfFlows().equal_range(measure->code);
        for (auto sum = first; sum != last; ++sum) AddNumber(group, sum->second, {*number, true, false});
      } else if (const std::string* text = std::get_if<std::string>(fact.value); text != nullptr) {
        AddText(group, *measure, *text);
      }
    });
  }

  // Flow to the derived measures that are sums of flows, and so mean something for a single day.
  static const std::multimap<absl::string_view, absl::string_view>& SumsOfFlows() {
    static const std::multimap<absl::string_view, absl::string_view> sums = [] {
      std::multimap<absl::string_view, absl::string_view> found;
      for (absl::string_view sum : {"resolved", "late_by_system_only"}) {
        for (const SignedMeasure& part : PartsOf(sum)) found.emplace(part.measure, sum);
      }
      return found;
    }();
    return sums;
  }

  std::vector<std::string> KeyOf(const Group& group) const {
    std::vector<std::string> key;
    for (const std::string& dimension : query_.dimensions) {
      if (dimension == "unit") key.push_back(group.unit->code);
      if (dimension == "day") key.push_back(FormatDay(group.day));
      if (dimension == "procedure") key.push_back(group.procedure == nullptr ? "" : group.procedure->code);
      if (dimension == "field") key.emplace_back(group.field);
      if (dimension == "channel") key.push_back(group.channel == nullptr ? "" : group.channel->code);
    }
    return key;
  }

  FactsTable Table() const {
    FactsTable table;
    table.dimensions = query_.dimensions;
    for (const auto& [group, measures] : numbers_) {
      for (const auto& [measure, total] : measures) table.rows.push_back({KeyOf(group), std::string(measure), total.value});
    }
    for (const auto& [group, measures] : texts_) {
      for (const auto& [measure, text] : measures) table.rows.push_back({KeyOf(group), std::string(measure), text});
    }
    std::sort(table.rows.begin(), table.rows.end());
    return table;
  }

  const Catalog& catalog_;
  const FactSource& facts_;
  const FactsQuery& query_;
  const bool by_day_;
  bool one_unit_ = false;
  std::map<Group, std::map<absl::string_view, Total>> numbers_;
  std::map<Group, std::map<absl::string_view, std::string>> texts_;
  std::map<absl::string_view, LinearForm> derived_;
};

}  // namespace

absl::StatusOr<FactsTable> ListFacts(const Catalog& catalog, const FactSource& facts, const FactsQuery& query) {
  MOTCUA_RETURN_IF_ERROR(CheckQuery(catalog, query));
  if (catalog.FindUnit(query.unit) == nullptr) {
    return absl::NotFoundError(Say(absl::StrCat("Danh mục không có đơn vị ", Quoted(query.unit), "; hãy xem lại mã."),
                                   absl::StrCat("The catalog has no unit ", Quoted(query.unit), "; check its code.")));
  }
  return Lister(catalog, facts, query).List();
}

}  // namespace motcua

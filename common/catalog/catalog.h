// Catalog: what differs between places (units, procedures, channels, measures, calendars, forms, rates, rules)
// as plain data. It is read from text files by common/rpc/catalog_text.h, checked whole by Build(), and then
// never changes; a new version is a new object, named by the hash of its canonical bytes.
//
// Threads: const after Build. Lifetime: owns everything; pointers into it live as long as it does.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/day.h"
#include "common/base/hash.h"
#include "common/base/status.h"
#include "common/ledger/fold.h"

namespace motcua {

// Where something was written, for faults: "units.txtpb:12".
struct Source {
  std::string file;
  int line = 0;
};

// A label in both languages; `en` may be empty, then `vi` serves.
struct Label {
  std::string vi;
  std::string en;
  const std::string& Text() const;  // in the current language
  bool empty() const { return vi.empty() && en.empty(); }
};

struct UnitKind {
  std::string id;     // "commune", "district_desk", "district", "province"
  std::string level;  // how forms group units: "commune", "district", "province"
  Label name;
  bool records = false;  // devices may enrol for it and entries name it
  Source source;
  // No desk: a hub operator records here what is counted once for a whole area (measures with `once`), nothing else.
  // Never expected to report.
  bool consolidates = false;
};

// Node of the administrative tree. Key = (code, valid_from): a code may come again after a merger.
struct Unit {
  std::string code;
  std::string name;
  std::string kind;
  std::string parent;  // code; empty for a root
  Day valid_from = kDayMin;
  std::optional<Day> valid_to;  // last valid day
  std::string contact;          // whom to call
  Source source;
  bool ValidOn(Day day) const { return valid_from <= day && (!valid_to || day <= *valid_to); }
};

struct Field {
  std::string id;
  Label name;
  Source source;
  std::vector<std::string> properties = {};  // free tags that filters name
};

struct Procedure {
  std::string code;
  Label name;
  std::string field;
  std::vector<std::string> levels;  // unit levels that may record it; empty: all
  std::optional<Day> valid_from;
  std::optional<Day> valid_to;
  Source source;
  std::vector<std::string> properties = {};  // free tags: "online_3", "payable" …
};

struct Channel {
  std::string code;
  Label name;
  Source source;
};

enum class MeasureKind : uint8_t { kFlow, kStock, kAmount, kChoice, kText };

struct Measure {
  std::string code;
  Label name;
  Label unit;  // "hồ sơ"
  MeasureKind kind = MeasureKind::kFlow;
  bool desk_wide = false;            // no procedure and no channel
  std::vector<std::string> choices;  // kChoice: allowed codes
  bool until_changed = false;        // choices, texts and stocks with `once`: hold until changed, not per period
  Source source;
  // Stocks, choices and texts, desk-wide: counted once for an area by who consolidates it. A report of an area shows
  // what was recorded for that unit itself; never summed over units.
  bool once = false;
  std::vector<Label> choice_names = {};  // kChoice: one for each of `choices`, or none
  MeasureNature nature() const {
    return kind == MeasureKind::kFlow || kind == MeasureKind::kAmount ? MeasureNature::kCounter
                                                                      : MeasureNature::kRegister;
  }
};

struct Period {
  std::string id;
  Label name;
  Day from;
  Day to;
  std::optional<Day> due;
  bool stand_alone = false;  // else cumulative from the start of the reporting year
  Source source;
};

struct Calendar {
  std::string id;
  Label name;
  std::vector<Period> periods;
  Source source;
};

// Narrows what is counted; an empty list narrows nothing.
struct Filter {
  std::vector<std::string> levels = {};  // unit levels
  std::vector<std::string> fields = {};
  std::vector<std::string> procedures = {};
  std::vector<std::string> channels = {};
  std::vector<std::string> unit_kinds = {};
  std::vector<std::string> procedure_properties = {};  // procedures that carry one of these
  std::vector<std::string> field_properties = {};      // procedures of fields that carry one of these
  std::vector<std::string> fields_offering = {};       // procedures of fields in which some procedure carries one of these
  std::vector<std::string> with_dossiers_by = {};      // channels: procedures of which the area received a dossier by one
                                                       // of them in the period
  std::vector<int> weekdays = {};                      // 1 Monday … 7 Sunday; flows and amounts only

  bool NarrowsProcedures() const {
    return !fields.empty() || !procedures.empty() || !procedure_properties.empty() || !field_properties.empty() ||
           !fields_offering.empty() || !with_dossiers_by.empty();
  }
  bool NarrowsUnits() const { return !levels.empty() || !unit_kinds.empty(); }
};

// What a term counts: the measure summed; distinct procedures with the measure (a flow) above 0 over area and
// period; or recording units (with a choice those that answered `answer`, with a number those whose figure is above
// 0, without a measure all).
enum class Count : uint8_t { kSum, kProcedures, kUnits };

// Measures may be base codes (flows are summed over the period, stocks are the last observation in it) or one of the
// derived ones: carried_over to_handle resolved pending pending_in_term late_by_system_only.
struct Term {
  int coefficient = 1;
  std::string measure;
  Filter filter;
  Count count = Count::kSum;
  std::string answer = {};
  std::string row = {};  // instead of a measure: the quantity of another row of the form, in the same column
};
// Σ coefficient × measure, each term optionally narrowed.
struct Quantity {
  std::vector<Term> terms;
  Source source;
  bool empty() const { return terms.empty(); }
};

// numerator / denominator, recomputed from summed counts, never averaged. Printed times `scale`.
struct Rate {
  std::string id;
  int version = 1;
  Label name;
  Quantity numerator;
  Quantity denominator;
  Source source;
  std::string family = {};  // definitions of one thing, shown side by side when asked
};

enum class ZeroOverZero : uint8_t { kBlank, kDash, kZero, kHundred };

struct FormColumn {
  std::string id;
  Label label;
  Quantity quantity;  // empty: the row says what
  std::string rate;   // or: a rate's id
  Filter filter;
  Label group;        // header above it, merged with neighbours that have the same; may be empty
  Quantity note_quantity;  // when not zero, a note beside each figure of this column: "note_label: N"
  Label note_label;
  std::string period;   // of this period of the form's calendar; filled when it ends no later than the reported one
  bool target = false;  // prints the row's target instead of a figure
  Source source;
};

struct FormRow {
  std::string id;  // path, "2.3.6/received/online"
  Label label;
  int indent = 0;
  Quantity quantity;
  std::string rate;
  Filter filter;
  // Prints this row (the total) and below it repeats it once per field with data or remit in the filtered levels,
  // as ID/FIELD labelled with the field's name. A form never lists the rows of the fields itself.
  bool per_field = false;
  std::optional<int> rate_decimals;       // this row's own rounding, else the form's
  Label unit;                             // printed unit
  Label note;                             // fixed note
  std::vector<std::string> note_measures;  // list per unit (with reasons) beside the figure, e.g. late by ward
  Quantity note_quantity;                 // when not zero, a note beside the row's figures: "note_label: N"
  Label note_label;
  bool heading = false;                  // no figures
  std::vector<std::string> remit_kinds;  // kinds of reported units the row concerns; empty: all. For others: blank
  std::string target;                    // "30" or "99.5", in the row's unit
  std::string note_text;                 // a text whose answers stand beside the figure, unit by unit
  Source source;
};

struct Form {
  std::string id;
  int version = 1;
  Label title;
  Label legal_basis;
  std::string calendar;
  std::optional<Day> valid_from;
  std::optional<Day> valid_to;
  int rate_decimals = 2;
  ZeroOverZero zero_over_zero = ZeroOverZero::kBlank;
  std::vector<FormColumn> columns;
  std::vector<FormRow> rows;
  Source source;
};

// What stands where a row and a column of a form meet. kNothing: a heading, or a column of targets.
enum class FigureNature : uint8_t { kNothing, kNumber, kRate, kChoice, kText };
// The quantity of a figure: the row's, else the column's.
const Quantity& QuantityAt(const FormRow& row, const FormColumn& column);
// `first` is the measure of the quantity's first term, null where that names none.
FigureNature NatureOf(const FormRow& row, const FormColumn& column, const Measure* first);

enum class Severity : uint8_t { kError, kWarning, kReasonNeeded };
// kRate: one rate on the left, right_part[0] / right_part[1] in percent, equal within the digits printed.
enum class Compare : uint8_t { kEqual, kAtMost, kAtLeast, kRate };
// What a rule looks at: each recording unit, each unit and channel, or the figures of a form.
enum class RuleScope : uint8_t { kUnit, kUnitChannel, kForm };

// A figure of a form in a sum. Without a column: of the column being judged.
struct Part {
  std::string row;
  std::string column;
  int coefficient = 1;
};

// left ⟨compare⟩ right, or a finding. `rule` is the public id (late_causes …), several rules may share one.
struct Rule {
  std::string rule;
  int version = 1;
  Severity severity = Severity::kError;
  RuleScope scope = RuleScope::kUnit;
  Compare compare = Compare::kEqual;
  Quantity left;
  Quantity right;                          // empty: zero
  std::vector<std::string> when_observed;  // stocks: only where one of them was observed in the period
  // opening_previous: `left` is empty here and stands for the derived stock of the evening before an observed
  // `opening`, for those (procedure, channel) that have entries on an earlier day; `right` is that opening.
  bool left_is_pending_before = false;
  // kForm: left_part against right_part. A side is known where one of its parts is, its blank parts count 0, and a rule is
  // judged where both sides are known; the finding stands at the first part of the left side.
  std::vector<Part> left_part;
  std::vector<Part> right_part;
  std::vector<Part> when_left;  // judged only where Σ when_left = Σ when_right, both known
  std::vector<Part> when_right;
  bool blank_is_zero = false;  // judged also where one side is wholly blank and the other is known and not 0
  // Or, shorter: the figure at (row, column) against the sum of its parts, by id. Either part_columns (then an empty `row`
  // means every row, per_field repeats included) or part_rows (then an empty `column` means every column).
  std::string form;
  std::string row;
  std::string column;
  std::vector<std::string> part_rows;
  std::vector<std::string> part_columns;
  Label message;
  Source source;
};

// Everything as written, before it is checked.
struct CatalogData {
  std::string id;
  Source id_source;
  std::vector<UnitKind> unit_kinds;
  std::vector<Unit> units;
  std::vector<Field> fields;
  std::vector<Procedure> procedures;
  std::vector<Channel> channels;
  std::vector<Measure> measures;
  std::vector<Calendar> calendars;
  std::vector<Rate> rates;
  std::vector<Form> forms;
  std::vector<Rule> rules;
};

class Catalog {
 public:
  // Checks every cross-reference and returns the catalog, or kInvalidArgument whose message lists every fault, one
  // per line, each a sentence beginning with "file:line: ". `canonical` are the bytes that travel; their SHA-256
  // is the version.
  static absl::StatusOr<std::shared_ptr<const Catalog>> Build(CatalogData data, std::string canonical);

  const CatalogData& data() const { return data_; }
  const Hash& version() const { return version_; }
  const std::string& canonical() const { return canonical_; }
  // Codes in a fixed order, for CodeBook: units, procedures, channels, measures.
  const std::vector<std::string>& codes() const { return codes_; }

  // Null when there is none. FindUnit with a day gives the version valid then; without, the newest.
  const Unit* FindUnit(absl::string_view code) const;
  const Unit* FindUnit(absl::string_view code, Day day) const;
  const UnitKind* KindOf(const Unit& unit) const;
  const Field* FindField(absl::string_view id) const;
  const Procedure* FindProcedure(absl::string_view code) const;
  const Channel* FindChannel(absl::string_view code) const;
  const Measure* FindMeasure(absl::string_view code) const;
  const Calendar* FindCalendar(absl::string_view id) const;
  const Period* FindPeriod(absl::string_view calendar, absl::string_view id) const;
  const Form* FindForm(absl::string_view id) const;
  const Rate* FindRate(absl::string_view id) const;

  // The recording units in the area of `code` (itself when it records), valid at any time in [from, to], by code.
  std::vector<const Unit*> RecordingUnits(absl::string_view code, Day from, Day to) const;
  // The code and its ancestors' codes, nearest first, as the tree stands on `day`.
  std::vector<std::string> SelfAndAncestors(absl::string_view code, Day day) const;

  // The rate of a figure of a form, null where it is none.
  const Rate* RateAt(const FormRow& row, const FormColumn& column) const;
  // The choice or text a figure shows, null where it is none.
  const Measure* WordsAt(const FormRow& row, const FormColumn& column) const;
  FigureNature NatureAt(const FormRow& row, const FormColumn& column) const;

  // Says in a sentence why a cell cannot be recorded; OK when it can. kNotFound: a code this version does not know (a
  // newer one may, so the hub holds such an entry). kInvalidArgument: a day outside the unit's or the procedure's
  // validity, a unit that does not record (or only consolidates, and the measure is not counted once), a procedure
  // outside its remit, a procedure or channel missing or not wanted.
  absl::Status CheckCell(const Cell& cell) const;
  // A value fits its measure: counts not negative, a choice one of its choices, text within bounds. No value (an
  // observation taken back) fits every register. kInvalidArgument otherwise.
  absl::Status CheckValue(const Measure& measure, const Value& value) const;

 private:
  Catalog() = default;
  CatalogData data_;
  Hash version_{};
  std::string canonical_;
  std::vector<std::string> codes_;
  std::multimap<std::string, std::size_t, std::less<>> units_;  // code to index, oldest validity first
  std::multimap<std::string, std::size_t, std::less<>> children_;
  std::map<std::string, std::size_t, std::less<>> unit_kinds_, fields_, procedures_, channels_, measures_, calendars_,
      rates_, forms_;
};

// A value as typed on a command line, by what the measure takes; empty text is no value. kInvalidArgument: not a number.
absl::StatusOr<Value> ReadValueOf(const Measure& measure, const std::string& text);

// Measures every catalog has without listing them: computed from the others.
bool IsDerivedMeasure(absl::string_view code);
// Of those the sums of flows, which mean something for a single day.
bool IsDerivedFlow(absl::string_view code);

// "CALENDAR/ID" into its two parts.
absl::StatusOr<std::pair<std::string, std::string>> SplitPeriod(absl::string_view text);

}  // namespace motcua

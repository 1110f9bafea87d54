#include "common/report/report_layout.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "common/base/hash.h"
#include "common/base/language.h"
#include "common/report/figure_text.h"

namespace motcua {
namespace {

// Lengths before texts, so that no two different reports run into the same bytes.
void AppendPart(absl::string_view text, std::string* out) { absl::StrAppend(out, text.size(), ":", text); }

std::string MissingLine(const Coverage& coverage) {
  std::vector<std::string> units;
  for (const Coverage::Missing& missing : coverage.missing) {
    units.push_back(absl::StrCat(missing.name, " (", missing.unit, ")"));
  }
  return absl::StrCat(Say("Chưa có số liệu: ", "No figures yet: "), absl::StrJoin(units, ", "), ".");
}

std::string StateOf(const Report& report) {
  if (report.revision > 0) return absl::StrCat(Say("bản chốt số ", "locked revision "), report.revision);
  return report.lock ? Say("số liệu hiện hành", "living figures")
                     : Say("số liệu hiện hành, chưa chốt", "living figures, not locked");
}

// What was declared when the revision was made.
std::string DeclaredLine(const LockLine& lock) {
  std::string line = Say(
      absl::StrCat("Bản chốt ", lock.revision, " lúc ", FormatTimeInVietnam(lock.at_s), ": ", lock.units_submitted,
                   " trên ", lock.units_expected, " đơn vị đã nộp"),
      absl::StrCat("Revision ", lock.revision, " of ", FormatTimeInVietnam(lock.at_s), ": ", lock.units_submitted,
                   " of ", Counted(lock.units_expected, "unit", "units"), " submitted"));
  std::vector<std::string> missing;
  for (const Coverage::Missing& unit : lock.missing) missing.push_back(absl::StrCat(unit.name, " (", unit.unit, ")"));
  if (!missing.empty()) absl::StrAppend(&line, Say("; thiếu: ", "; missing: "), absl::StrJoin(missing, ", "));
  return absl::StrCat(line, ".");
}

// How the living figures stand to their period's lock.
std::string StandingLine(const LockLine& lock) {
  const std::string open = lock.open_until_s == 0
                               ? std::string()
                               : absl::StrCat(Say("Kỳ đang mở lại đến ", "The period is unlocked until "),
                                              FormatTimeInVietnam(lock.open_until_s), ". ");
  return absl::StrCat(open, Say(absl::StrCat("Kỳ đã chốt ở bản ", lock.revision, "; so với bản ấy, nay khác ",
                                             lock.cells_changed, " ô số liệu."),
                                absl::StrCat("The period is locked at revision ", lock.revision, "; ",
                                             Counted(lock.cells_changed, "cell differs", "cells differ"),
                                             " from it now.")));
}

}  // namespace

std::vector<std::pair<std::size_t, std::size_t>> HeadingGroups(const Form& form) {
  std::vector<std::pair<std::size_t, std::size_t>> groups;
  for (std::size_t i = 0; i < form.columns.size(); ++i) {
    const std::string& group = form.columns[i].group.vi;
    if (i > 0 && !group.empty() && form.columns[groups.back().first].group.vi == group) {
      groups.back().second = i;
    } else {
      groups.emplace_back(i, i);
    }
  }
  return groups;
}

std::string ItemOf(const ReportRow& row) {
  const std::string item = row.id.substr(0, row.id.find('/'));
  const bool number = item.find_first_of("0123456789") != std::string::npos &&
                      item.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.-") == std::string::npos;
  return number ? item : std::string();
}

std::string NotesOf(const ReportRow& row) {
  std::vector<std::string> notes;
  for (const Figure& figure : row.figures) {
    if (std::string note = NoteOf(figure); !note.empty()) notes.push_back(std::move(note));
  }
  return absl::StrJoin(notes, ". ");
}

std::string ItemHeading() { return Say("Mục", "Item"); }
std::string LabelHeading() { return Say("Nội dung", "Content"); }
std::string UnitHeading() { return Say("Đơn vị", "Unit"); }
std::string NotesHeading() { return Say("Ghi chú", "Notes"); }

std::string SubjectLine(const Report& report) {
  return absl::StrCat(report.unit_name, " (", report.unit, ") · ", Say("kỳ ", "period "), report.period->id, " · ",
                      FormatDayForPeople(report.period->from), " – ", FormatDayForPeople(report.period->to));
}

std::string CoverageLine(const Report& report) {
  const Coverage& coverage = report.coverage;
  return Say(absl::StrCat("Có số liệu của ", coverage.units_covered, " trên ", coverage.units_expected, " đơn vị."),
             absl::StrCat("Figures of ", coverage.units_covered, " of ",
                          Counted(coverage.units_expected, "unit", "units"), "."));
}

std::vector<std::string> FooterLines(const Report& report) {
  std::vector<std::string> lines;
  for (const std::string& definition : report.rate_definitions) {
    lines.push_back(absl::StrCat(Say("Cách tính: ", "Definition: "), definition));
  }
  lines.push_back(absl::StrCat(Say("Biểu mẫu ", "Form "), report.form->id, Say(", phiên bản ", ", version "),
                               report.form->version, "; ", StateOf(report), "."));
  if (!report.coverage.missing.empty()) lines.push_back(MissingLine(report.coverage));
  if (report.lock) lines.push_back(DeclaredLine(*report.lock));
  if (report.lock && report.revision == 0) lines.push_back(StandingLine(*report.lock));
  lines.push_back(absl::StrCat(Say("Mã xác nhận của bảng số liệu: ", "Code of these figures: "), ReportCode(report), "."));
  return lines;
}

std::string ReportCode(const Report& report) {
  std::string bytes;
  AppendPart(report.form->id, &bytes);
  AppendPart(report.unit, &bytes);
  AppendPart(absl::StrCat(report.form->calendar, "/", report.period->id), &bytes);
  absl::StrAppend(&bytes, report.form->version, ",", report.revision, ";");
  for (const ReportRow& row : report.rows) {
    AppendPart(row.id, &bytes);
    for (const Figure& figure : row.figures) AppendPart(PlainText(figure), &bytes);
  }
  const std::string hex = absl::AsciiStrToUpper(ToHex(AsBytes(Sha256(bytes)).substr(0, 6)));
  return absl::StrCat(hex.substr(0, 4), "-", hex.substr(4, 4), "-", hex.substr(8, 4));
}

}  // namespace motcua

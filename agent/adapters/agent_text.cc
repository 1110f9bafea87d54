#include "agent/adapters/agent_text.h"

#include "absl/strings/str_join.h"
#include "common/base/language.h"
#include "common/report/period_words.h"
#include "common/report/text_layout.h"

namespace motcua {
namespace {

std::string ValueText(const Value& value) {
  if (std::holds_alternative<std::monostate>(value)) return "–";
  if (const int64_t* number = std::get_if<int64_t>(&value)) return GroupedNumber(*number);
  return std::get<std::string>(value);
}

// What a person should know about a number beside it.
std::string Marks(const CellView& view) {
  std::vector<std::string> marks;
  if (view.conflict) marks.push_back(Say("hai nơi ấn định khác nhau", "restated differently"));
  if (view.overlap)
    marks.push_back(Say("có số cộng thêm cùng lúc với số ấn định hoặc số ghi từ giấy",
                        "added to while being restated or recorded from paper"));
  if (view.provisional && marks.empty()) marks.push_back(Say("số âm", "negative"));
  if (marks.empty()) return "";
  return Say("tạm tính: ", "provisional: ") + absl::StrJoin(marks, ", ");
}

using Row = std::vector<std::string>;

// "Tại quầy (counter)"; the code alone when the catalog has no such thing.
template <typename Thing>
std::string Worded(const std::string& code, const Thing* thing) {
  return thing == nullptr ? code : absl::StrCat(thing->name.Text(), " (", code, ")");
}

Row CellRow(const ShownCell& shown, const Catalog* catalog) {
  const Cell& cell = shown.cell;
  Row row{FormatDayForPeople(cell.day), cell.procedure, cell.channel, cell.measure};
  if (catalog != nullptr) {
    row[1] = Worded(cell.procedure, catalog->FindProcedure(cell.procedure));
    row[2] = Worded(cell.channel, catalog->FindChannel(cell.channel));
    row[3] = Worded(cell.measure, catalog->FindMeasure(cell.measure));
  }
  if (!shown.in_catalog) {
    row.insert(row.end(), {"", "", Say("chờ danh mục mới", "waits for a newer catalog")});
    return row;
  }
  row.push_back(shown.view.counter ? GroupedNumber(shown.view.own_part) : "");
  row.push_back(ValueText(shown.view.value));
  row.push_back(Marks(shown.view));
  return row;
}

int64_t ForkedCells(const DeskStatus& status) {
  int64_t count = 0;
  for (const DeskFork& fork : status.forks) count += static_cast<int64_t>(fork.cells.size());
  return count;
}

const char* RoleText(Role role) {
  const bool vi = CurrentLanguage() == Language::kVietnamese;
  if (role == Role::kSupervisor) return vi ? "người phụ trách" : "supervisor";
  return vi ? "cán bộ tiếp nhận" : "desk";
}

// One sentence for each lock that what was written falls into.
std::string LocksText(const std::vector<DeskPeriod>& locks) {
  std::string text;
  for (const DeskPeriod& lock : locks) absl::StrAppend(&text, AmendmentNotice(lock), "\n");
  return text;
}

std::string DecisionText(const Entry& entry) {
  const auto* exclude = std::get_if<ExcludeBody>(&entry.body);
  if (const auto* restate = std::get_if<RestateBody>(&entry.body)) {
    return absl::StrCat(Say("ấn định ", "restated "), FormatCell(restate->cell), " = ", ValueText(restate->value));
  }
  if (exclude != nullptr) {
    return absl::StrCat(exclude->lifts ? Say("tính lại ", "included ") : Say("không tính ", "excluded "),
                        FormatEntryName(exclude->first), "..", FormatEntryName(exclude->last));
  }
  if (const auto* period = std::get_if<PeriodBody>(&entry.body)) return PeriodActForPeople(*period);
  const auto* review = std::get_if<ReviewBody>(&entry.body);
  return absl::StrCat(Say("đóng danh sách rẽ nhánh sau ", "closed the list of the fork behind "),
                      review == nullptr ? std::string() : FormatEntryName(review->fork));
}

// One line each: when, who, what, why. Of very many the newest.
std::string DecisionsText(const std::vector<DeskDecision>& decisions) {
  constexpr std::size_t kShownMax = 50;
  const std::size_t left_out = decisions.size() > kShownMax ? decisions.size() - kShownMax : 0;
  std::vector<Row> rows;
  for (std::size_t i = left_out; i < decisions.size(); ++i) {
    const DeskDecision& decision = decisions[i];
    const Entry& entry = decision.content;
    const std::string role = entry.role == Role::kHub ? Say("máy chủ tổng hợp", "the hub")
                                                      : Say("người phụ trách", "supervisor");
    rows.push_back({"", FormatTimeInVietnam(entry.clock_s), entry.author.empty() ? role : entry.author,
                    DecisionText(entry), entry.note});
  }
  if (rows.empty()) return "";
  const auto more = static_cast<int64_t>(left_out);
  return absl::StrCat(left_out == 0 ? std::string()
                                    : Say(absl::StrCat("Trước đó còn ", GroupedNumber(more), " quyết định nữa.\n"),
                                          absl::StrCat(Counted(more, "earlier decision", "earlier decisions"),
                                                       " not shown here.\n")),
                      Columns(rows, 5));
}

std::string LastSyncText(const LastSync& last) {
  if (last.at_s == 0) return Say("chưa lần nào", "never");
  const std::string when = FormatTimeInVietnam(last.at_s);
  // What a sync that is done could not do for others.
  const std::string but = last.synced && !last.sentence.empty() ? absl::StrCat("; ", last.sentence.Text()) : std::string();
  if (last.synced) return Say(absl::StrCat("xong lúc ", when, but), absl::StrCat("done at ", when, but));
  return Say(absl::StrCat("không xong lúc ", when, ": ", last.sentence.vietnamese),
             absl::StrCat("failed at ", when, ": ", last.sentence.english));
}

std::string NextSyncText(const std::optional<NextSync>& next) {
  if (!next) return Say("khi chạy sync (serve không chạy)", "when sync is run (serve is not running)");
  std::string text = FormatTimeInVietnam(next->at_s);
  if (next->failures > 0) {
    absl::StrAppend(&text, Say(absl::StrCat(" (đã không xong ", next->failures, " lần liền)"),
                               absl::StrCat(" (failed ", Counted(next->failures, "time", "times"), " in a row)")));
  }
  return text;
}

}  // namespace

std::string RecordAsText(const RecordAnswer& answer) {
  const CellView& view = answer.view;
  const std::string cell = FormatCell(answer.cell);
  const std::string total = ValueText(view.value);
  const std::string own = GroupedNumber(view.own_part);
  std::string text =
      view.counter ? Say(absl::StrCat("Đã ghi ", cell, ": máy này ", own, ", cả đơn vị ", total, "."),
                         absl::StrCat("Recorded ", cell, ": this machine ", own, ", whole unit ", total, "."))
                   : Say(absl::StrCat("Đã ghi ", cell, ": cả đơn vị ", total, "."),
                         absl::StrCat("Recorded ", cell, ": whole unit ", total, "."));
  if (const std::string marks = Marks(view); !marks.empty()) absl::StrAppend(&text, " (", marks, ")");
  return absl::StrCat(text, "\n", LocksText(answer.locks));
}

std::string AcknowledgeAsText(const AcknowledgeAnswer& answer) {
  const auto count = static_cast<int64_t>(answer.acknowledged.size());
  return Say(absl::StrCat("Đã xác nhận ", GroupedNumber(count), " quyết định:\n"),
             absl::StrCat("Acknowledged ", Counted(count, "decision", "decisions"), ":\n")) +
         DecisionsText(answer.acknowledged);
}

std::string ImportAsText(const ImportAnswer& answer, const std::string& file_name) {
  const auto count = static_cast<int64_t>(answer.rows);
  const std::string rows = Say(GroupedNumber(count) + " dòng", Counted(count, "row", "rows"));
  if (!answer.written) {
    return Say(
        absl::StrCat("Tệp ", file_name, " đúng, ", rows, "; chưa ghi gì (--dry-run).\n"),
        absl::StrCat("The file ", file_name, " is right, ", rows, "; nothing was written (--dry-run).\n"));
  }
  return Say(absl::StrCat("Đã nhập ", rows, " từ ", file_name, ".\n"),
             absl::StrCat("Imported ", rows, " from ", file_name, ".\n")) +
         LocksText(answer.locks);
}

std::string ShowAsText(const ShowAnswer& answer, const Catalog* catalog) {
  if (answer.cells.empty() && answer.excluded.empty())
    return Say("Chưa có số liệu.\n", "Nothing is recorded.\n");
  std::vector<Row> rows{{Say("Ngày", "Day"), Say("Thủ tục", "Procedure"), Say("Hình thức", "Channel"),
                         Say("Chỉ tiêu", "Measure"), Say("Máy này", "This machine"),
                         Say("Cả đơn vị", "Whole unit"), ""}};
  for (const ShownCell& shown : answer.cells) rows.push_back(CellRow(shown, catalog));
  std::string text = Columns(rows, 4);
  for (const ExcludedEntry& entry : answer.excluded) {
    const std::string about = entry.cell ? FormatCell(*entry.cell) : FormatEntryName(entry.entry);
    absl::StrAppend(&text, Say(absl::StrCat("Không tính: ", about, " – ", entry.reason, "\n"),
                               absl::StrCat("Not counted: ", about, " – ", entry.reason, "\n")));
  }
  return text;
}

std::string SubmitAsText(const SubmitAnswer& answer) {
  std::string text =
      Say(absl::StrCat("Đã nộp kỳ ", answer.period, ", gồm ", answer.covers.size(), " nhánh lượt ghi.\n"),
          absl::StrCat("Submitted ", answer.period, ", covering ",
                       Counted(static_cast<int64_t>(answer.covers.size()), "log", "logs"), ".\n"));
  std::vector<std::string> lacks;
  for (DeviceId device : answer.lacks) lacks.push_back(FormatDevice(device));
  if (!lacks.empty()) {
    const std::string list = absl::StrJoin(lacks, ", ");
    absl::StrAppend(
        &text, Say(absl::StrCat("Còn thiếu lượt ghi mới của máy ", list, "; hãy đồng bộ rồi nộp lại.\n"),
                   absl::StrCat("It lacks newer entries of machine ", list, "; sync and submit again.\n")));
  }
  if (!answer.findings.empty()) text += FindingsAsText(answer.findings);
  return text + LocksText(answer.locks);
}

std::string BundleExportAsText(const BundleExport& exported, const std::string& file) {
  const auto entries = static_cast<int64_t>(exported.bundle.entries);
  std::string text =
      Say(absl::StrCat("Đã viết ", file, ": ", GroupedNumber(entries),
                       " lượt ghi. Hãy nhận ở máy chủ tổng hợp (motcua-hub bundle import) rồi mang tệp xác nhận về; "
                       "đến lúc đó các lượt ghi vẫn là đang chờ.\n"),
          absl::StrCat("Wrote ", file, ": ", Counted(entries, "entry", "entries"),
                       ". Import it at the hub (motcua-hub bundle import) and bring the receipt file back; until "
                       "then the entries still wait.\n"));
  if (exported.left_out == 0) return text;
  const auto left_out = static_cast<int64_t>(exported.left_out);
  return text + Say(absl::StrCat("Còn ", GroupedNumber(left_out), " lượt ghi không đủ chỗ, để gói sau.\n"),
                    absl::StrCat(Counted(left_out, "entry", "entries"), " had no room; the next bundle takes them.\n"));
}

std::string BundleReceiptAsText(const BundleApplied& applied) {
  const SyncResult& result = applied.result;
  if (applied.older) {
    return Say("Máy này đã có xác nhận mới hơn; không có gì thay đổi.\n",
               "This machine has a newer receipt already; nothing was changed.\n");
  }
  return Say(absl::StrCat("Đã đọc xác nhận: máy chủ nhận thêm ", GroupedNumber(static_cast<int64_t>(result.pushed)),
                          ", máy này nhận ", GroupedNumber(static_cast<int64_t>(result.pulled)), ", còn chờ ",
                          GroupedNumber(result.waiting), " lượt ghi.\n"),
             absl::StrCat("Read the receipt: the hub took ", GroupedNumber(static_cast<int64_t>(result.pushed)),
                          ", this machine received ", GroupedNumber(static_cast<int64_t>(result.pulled)), ", waiting ",
                          Counted(result.waiting, "entry", "entries"), ".\n"));
}

std::string SyncAsText(const SyncResult& result) {
  return Say(
      absl::StrCat("Đã đồng bộ: gửi ", GroupedNumber(result.pushed), ", nhận ", GroupedNumber(result.pulled),
                   ", còn chờ ", GroupedNumber(result.waiting), " lượt ghi (", result.exchanges,
                   " lần trao đổi).\n"),
      absl::StrCat("Synced: sent ", GroupedNumber(result.pushed), ", received ", GroupedNumber(result.pulled),
                   ", waiting ", Counted(result.waiting, "entry", "entries"), " (",
                   Counted(result.exchanges, "exchange", "exchanges"), ").\n"));
}

std::string StatusAsText(const FolderIdentity& identity, const Desk& desk,
                         const std::optional<NextSync>& next) {
  const DeskStatus status = desk.Status();
  const AgentState& state = desk.log().state();
  const std::string catalog = desk.catalog() == nullptr
                                  ? Say("chưa có", "none yet")
                                  : ToHex(AsBytes(desk.catalog()->version())).substr(0, 16);
  std::vector<Row> rows = {
      {Say("Đơn vị", "Unit"), absl::StrCat(identity.desk.unit, " ", identity.unit_name)},
      {Say("Máy", "Device"),
       absl::StrCat(FormatDevice(identity.desk.device), " (", RoleText(identity.desk.role), ")")},
      {Say("Máy chủ tổng hợp", "Hub"), identity.hub_address},
      {Say("Đầu nhánh", "End"), FormatEntryName(state.own_end)},
      {Say("Lượt ghi chờ gửi", "Entries waiting"), GroupedNumber(status.waiting)},
      {Say("Lượt ghi không tính", "Entries excluded"), GroupedNumber(static_cast<int64_t>(status.excluded))},
      {Say("Ô số liệu tạm tính", "Provisional cells"),
       GroupedNumber(static_cast<int64_t>(status.conflicts.size()))},
      {Say("Ô do nhiều nhánh cùng ghi", "Cells written on several lines"), GroupedNumber(ForkedCells(status))},
      {Say("Quyết định chờ xác nhận", "Decisions to acknowledge"),
       GroupedNumber(static_cast<int64_t>(status.decisions.size()))},
      {Say("Lệch giờ với máy chủ", "Clock offset"),
       absl::StrCat(GroupedNumber(state.clock_offset_ms), " ms")},
      {Say("Danh mục", "Catalog"), catalog},
      {Say("Lần đồng bộ gần nhất", "Last sync"), LastSyncText(state.last_sync)},
      {Say("Lần đồng bộ tới", "Next sync"), NextSyncText(next)},
  };
  std::string text = Columns(rows, 1);
  for (const DeskPeriod& period : status.periods) {
    const std::string count = AmendmentCount(period);
    if (!count.empty()) absl::StrAppend(&text, count, "\n");
  }
  return text + DecisionsText(status.decisions);
}

std::string EnrollAsText(const FolderIdentity& identity) {
  const std::string device = FormatDevice(identity.desk.device);
  return Say(absl::StrCat("Đã ghi danh máy ", device, " cho đơn vị ", identity.desk.unit, " ",
                          identity.unit_name, ".\n"),
             absl::StrCat("Enrolled machine ", device, " for unit ", identity.desk.unit, " ",
                          identity.unit_name, ".\n"));
}

}  // namespace motcua

// period: status, lock, unlock, amendments, exemptions.
#include "absl/strings/str_cat.h"
#include "common/base/language.h"
#include "hub/adapters/hub_line.h"

namespace motcua {
namespace {

// `period WORD CALENDAR/ID --unit CODE`.
CLI::App* OfPeriod(HubLine& line, CLI::App* group, const std::string& word, const std::string& what,
                   const std::string& more, bool unit_required = false) {
  CLI::App* command =
      line.Add(group, word, what,
               absl::StrCat("period ", word, " --data /var/lib/motcua vpcp/2020-9M --unit 001",
                            more.empty() ? "" : " ", more));
  HubLine::Text(command, "period", &line.options.period, "CALENDAR/ID", Say("Kỳ báo cáo", "Period"))
      ->required();
  line.Unit(command)->required(unit_required);
  return command;
}

void AddObligations(HubLine& line, CLI::App* period) {
  CLI::App* exempt = OfPeriod(line, period, "exempt",
                              Say("Miễn cho một đơn vị nộp kỳ này", "Let a unit owe nothing for the period"),
                              "--note \"giải thể\"", true);
  exempt->add_flag("--lift", line.options.lift, Say("Thôi miễn", "It owes the period again"));
  line.Note(exempt);
  CLI::App* decide = OfPeriod(line, period, "decide",
                              Say("Quyết định một lần nộp chưa rõ là đúng hạn hay muộn",
                                  "Decide whether a submission whose times leave it open was on time"),
                              "--on-time yes --note \"có dấu bưu điện\"", true);
  AddChoice(decide, "--on-time", &line.options.on_time, {"yes", "no"},
            Say("Đúng hạn hay không", "On time or not"))
      ->required();
  line.Note(decide);
}

}  // namespace

void AddPeriodCommands(HubLine& line) {
  CLI::App* period =
      line.Group("period", Say("Theo dõi, chốt và điều chỉnh kỳ báo cáo", "Follow, lock and amend periods"),
                 "period status --data /var/lib/motcua vpcp/2020-9M");
  CLI::App* list =
      line.Add(period, "list", Say("Các kỳ và những bản đã chốt", "Periods and their locked revisions"),
               "period list --data /var/lib/motcua vpcp");
  HubLine::Text(list, "period", &line.options.period, "CALENDAR[/ID]",
                Say("Lịch báo cáo, hoặc một kỳ", "Calendar, or one period"));
  OfPeriod(line, period, "status",
           Say("Đơn vị nào đã nộp, đang chờ, chưa bắt đầu", "Who has submitted, waits, has not started"),
           "--json");
  const std::string note = "--note \"đủ đơn vị\"";
  CLI::App* lock = OfPeriod(line, period, "lock",
                            Say("Chốt kỳ với số đơn vị đã khai", "Lock with declared coverage"), note);
  lock->add_flag("--accept-missing", line.options.accept_missing,
                 Say("Chốt dù còn đơn vị chưa nộp", "Lock although units have not submitted"));
  line.Note(lock);
  CLI::App* unlock =
      OfPeriod(line, period, "unlock", Say("Mở lại kỳ đã chốt đến một lúc", "Unlock until a time"),
               "--until \"2020-09-20 17:00\" --note \"nộp bổ sung\"");
  HubLine::Text(unlock, "--until", &line.options.until, "TIME",
                Say("Đến lúc nào, giờ Việt Nam: 2020-09-20, \"2020-09-20 17:00\" hoặc 48h",
                    "Until when, in Vietnam's time: 2020-09-20, \"2020-09-20 17:00\" or 48h"))
      ->required();
  line.Note(unlock);
  OfPeriod(
      line, period, "amendments",
      Say("Những gì khác bản chốt mới nhất, và do đâu", "What differs from the newest revision, and why"),
      "--json");
  CLI::App* accept = OfPeriod(
      line, period, "accept-amendments",
      Say("Nhận tất cả điều chỉnh đã xem làm bản mới", "Accept all amendments shown as a new revision"),
      "--shown 1a2b3c4d --note \"số đến muộn\"");
  accept
      ->add_option_function<std::string>(
          "--shown", [&line](const std::string& text) { line.options.shown = text; },
          Say("Mã in cuối period amendments; nếu nay khác thì không ghi",
              "The code that period amendments ends with; if it differs by now nothing is written"))
      ->type_name("DIGEST");
  line.Note(accept);
  AddObligations(line, period);
}

}  // namespace motcua

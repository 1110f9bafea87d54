// backup, restore and doctor of a desk.
#include <nlohmann/json.hpp>

#include "agent/adapters/agent_commands.h"
#include "agent/adapters/desk_backup.h"
#include "agent/adapters/desk_doctor.h"
#include "common/base/language.h"

namespace motcua {
namespace {

using Json = nlohmann::ordered_json;

std::string BackupAnswer(const CommonOptions& common, const DeskBackup& made, const std::string& file) {
  if (common.json) {
    const Json json = {{"file", file},
                       {"bytes", made.bytes},
                       {"entries", made.entries},
                       {"end", FormatEntryName(made.end)}};
    return json.dump(2) + "\n";
  }
  return Say(absl::StrCat("Đã sao lưu ", GroupedNumber(made.entries), " lượt ghi vào ", file, ".\n"),
             absl::StrCat("Backed up ", Counted(made.entries, "entry", "entries"), " to ", file, ".\n"));
}

std::string RestoreAnswer(const CommonOptions& common, const RestoredDesk& restored, const std::string& file) {
  if (common.json) {
    const Json json = {{"file", file},
                       {"entries", restored.entries},
                       {"end", FormatEntryName(restored.end)},
                       {"set_aside", restored.set_aside},
                       {"unreadable", restored.unreadable}};
    return json.dump(2) + "\n";
  }
  std::string text =
      Say(absl::StrCat("Đã khôi phục ", GroupedNumber(restored.entries), " lượt ghi.\n"),
          absl::StrCat("Restored ", Counted(restored.entries, "entry", "entries"), ".\n"));
  if (!restored.unreadable.empty()) {
    absl::StrAppend(&text, Say("Số liệu trước đó không đọc được: ", "The data that was there cannot be read: "),
                    restored.unreadable, "\n");
  }
  if (!restored.set_aside.empty()) {
    absl::StrAppend(&text, Say("Số liệu trước đó được cất tại ", "What was there is set aside as "),
                    restored.set_aside, ".\n");
  }
  absl::StrAppend(&text, Say("Hãy đồng bộ (sync) để lấy lại những gì ghi sau bản sao lưu.\n",
                             "Sync now to take back what was recorded since the backup.\n"));
  return text;
}

absl::StatusOr<RestoredDesk> Restore(const CommonOptions& common, const std::string& file) {
  MOTCUA_ASSIGN_OR_RETURN(const DataFolder folder, DataFolder::Lock(common.data, /*create=*/false));
  MOTCUA_ASSIGN_OR_RETURN(const FolderIdentity identity, folder.ReadIdentity());
  return RestoreDesk(folder, identity.desk, file);
}

}  // namespace

int RunBackup(const CommonOptions& common, const std::string& file) {
  absl::StatusOr<std::unique_ptr<OpenedDesk>> opened = OpenForCommand(common);
  if (!opened.ok()) return Failed(common, opened.status());
  const absl::StatusOr<DeskBackup> made = BackUpDesk(*(*opened)->store, file);
  return made.ok() ? Done(common, BackupAnswer(common, *made, file)) : Failed(common, made.status());
}

int RunRestore(const CommonOptions& common, const std::string& file) {
  const absl::StatusOr<RestoredDesk> restored = Restore(common, file);
  return restored.ok() ? Done(common, RestoreAnswer(common, *restored, file))
                       : Failed(common, restored.status());
}

int RunDoctor(const CommonOptions& common) {
  const absl::StatusOr<DataFolder> folder = DataFolder::Lock(common.data, /*create=*/false);
  if (!folder.ok()) return Failed(common, folder.status());
  const Checkup checkup = ExamineDesk(*folder, common.data);
  const int printed = Done(common, common.json ? checkup.AsJson() : checkup.AsText());
  return checkup.somebody_must_act() ? kExitFailed : printed;
}

}  // namespace motcua

#include "common/sqlite/migrator.h"

#include "common/base/invariant.h"
#include "common/base/language.h"
#include "common/sqlite/sqlite_status.h"

namespace motcua {
namespace {

// Steps are right wherever the file is what its number says, so an error without a name is the file's: SQLite has no code
// of its own for a table that is there already, or is not.
absl::Status Take(Database& database, const Migration& step) {
  const absl::Status taken = database.Execute(step.sql);
  return absl::IsInternal(taken) ? DamagedFile(database.path(), taken.message()) : taken;
}

}  // namespace

absl::Status Migrate(Database& database, std::span<const Migration> steps) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    MOTCUA_INVARIANT(steps[i].number == static_cast<int>(i) + 1, "migrations are numbered 1, 2, 3 …");
  }
  MOTCUA_ASSIGN_OR_RETURN(int64_t version, database.QueryInt("PRAGMA user_version"));
  if (version < 0) return DamagedFile(database.path(), absl::StrCat("step ", version));
  if (version > static_cast<int64_t>(steps.size())) {
    return absl::FailedPreconditionError(Say(
        absl::StrCat("Tệp ", database.path(), " do phiên bản mới hơn của chương trình tạo (bước ", version,
                     ", chương trình này biết đến ", steps.size(), "); hãy cài phiên bản mới hơn."),
        absl::StrCat("The file ", database.path(), " was made by a newer version of this program (step ",
                     version, ", this one knows ", steps.size(), "); install the newer version.")));
  }
  for (std::size_t i = static_cast<std::size_t>(version); i < steps.size(); ++i) {
    MOTCUA_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(database));
    MOTCUA_RETURN_IF_ERROR(Take(database, steps[i]));
    MOTCUA_RETURN_IF_ERROR(database.Execute(absl::StrCat("PRAGMA user_version=", steps[i].number)));
    MOTCUA_RETURN_IF_ERROR(transaction.Commit());
  }
  return absl::OkStatus();
}

}  // namespace motcua

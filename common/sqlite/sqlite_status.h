// What SQLite says, as a Status with one sentence for a person. The code tells the caller what to do next:
//
//   SQLITE_FULL                  kResourceExhausted   free disk space, then try again; nothing was stored
//   SQLITE_NOMEM                 kResourceExhausted   close other programs, then try again; nothing was stored
//   SQLITE_BUSY, SQLITE_LOCKED   kUnavailable         another program holds the file; try again
//   SQLITE_IOERR                 kUnavailable         the disk refused; look at it, then try again
//   SQLITE_CORRUPT, NOTADB       kDataLoss            set the file aside, restore
//   SQLITE_READONLY, CANTOPEN…   kFailedPrecondition  rights or path are wrong
//   SQLITE_CONSTRAINT            kAlreadyExists
//   anything else                kInternal
#pragma once

#include "common/base/status.h"

namespace motcua {

// `code` may be an extended result code; `path` names the file in the sentence.
absl::Status SqliteStatus(int code, absl::string_view path, absl::string_view detail);

// kDataLoss in the same words, where it is the program that found it.
absl::Status DamagedFile(absl::string_view path, absl::string_view detail);

}  // namespace motcua

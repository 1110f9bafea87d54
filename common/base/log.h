// The program's log: one line per event on stderr (or a file), so that stdout stays the command's answer.
// spdlog is kept behind this file; messages are built with absl::StrCat.
//
// Threads: any, after LogTo has been called from main.
#pragma once

#include "absl/strings/string_view.h"

namespace motcua {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Until this is called nothing is written. An empty path is stderr.
void LogTo(absl::string_view path, LogLevel lowest);
void Log(LogLevel level, absl::string_view message);

}  // namespace motcua

#include "common/base/log.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>

namespace motcua {
namespace {

std::shared_ptr<spdlog::logger>& Logger() {
  static std::shared_ptr<spdlog::logger> logger;
  return logger;
}

spdlog::level::level_enum SpdlogLevel(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return spdlog::level::debug;
    case LogLevel::kInfo: return spdlog::level::info;
    case LogLevel::kWarning: return spdlog::level::warn;
    case LogLevel::kError: return spdlog::level::err;
  }
  return spdlog::level::err;
}

}  // namespace

void LogTo(absl::string_view path, LogLevel lowest) {
  spdlog::sink_ptr sink;
  if (path.empty()) {
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  } else {
    sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(std::string(path));
  }
  Logger() = std::make_shared<spdlog::logger>("motcua", std::move(sink));
  Logger()->set_level(SpdlogLevel(lowest));
  Logger()->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
  Logger()->flush_on(spdlog::level::info);
}

void Log(LogLevel level, absl::string_view message) {
  if (Logger()) Logger()->log(SpdlogLevel(level), spdlog::string_view_t(message.data(), message.size()));
}

}  // namespace motcua

// motcua-weather: FaultProxy as a program, for scripts and for tests that kill real processes.
//
//   motcua-weather --hub PORT [--listen PORT] [weather words]
//
// prints "ready port=N" and then obeys lines on its input:
//   weather WORDS…    the words are names (good, blackhole, half-open, slow, satellite, lossy) and fields as
//                     name=number (bytes_per_second=1000 latency_ms=300 loss_percent=20 seed=7 cut_up_after=900
//                     cut_down_after=900 cuts=1 silent_up_after=0 silent_down_after=0), from left to right
//   cut               resets every open connection
//   count             prints "up=N down=N connections=N cuts=N"
// and answers each with a line ("ok", the counts, or "error"). The end of its input changes nothing; SIGTERM
// ends it.
#include <signal.h>
#include <unistd.h>

#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <thread>

#include "tests/support/fault_proxy.h"

namespace motcua {
namespace {

std::optional<int64_t> NumberOf(const std::string& text) {
  try {
    std::size_t read = 0;
    const int64_t number = std::stoll(text, &read);
    if (read == text.size()) return number;
  } catch (const std::exception&) {
  }
  return std::nullopt;
}

bool SetField(const std::string& name, int64_t value, Weather* weather) {
  const std::map<std::string, int64_t*> fields = {
      {"silent_up_after", &weather->silent_up_after}, {"silent_down_after", &weather->silent_down_after},
      {"cut_up_after", &weather->cut_up_after},       {"cut_down_after", &weather->cut_down_after},
      {"cuts", &weather->cuts},                       {"bytes_per_second", &weather->bytes_per_second},
      {"latency_ms", &weather->latency_ms}};
  if (name == "loss_percent") {
    weather->loss_percent = static_cast<int>(value);
  } else if (name == "seed") {
    weather->seed = static_cast<uint64_t>(value);
  } else if (fields.contains(name)) {
    *fields.at(name) = value;
  } else {
    return false;
  }
  return true;
}

std::optional<Weather> Named(const std::string& name) {
  if (name == "good") return Weather{};
  if (name == "blackhole") return Weather::Blackhole();
  if (name == "half-open") return Weather::HalfOpen();
  if (name == "slow") return Weather::Slow();
  if (name == "satellite") return Weather::Satellite();
  if (name == "lossy") return Weather::Lossy(1);
  return std::nullopt;
}

bool ReadWord(const std::string& word, Weather* weather) {
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos) {
    const std::optional<Weather> named = Named(word);
    if (named) *weather = *named;
    return named.has_value();
  }
  const std::optional<int64_t> value = NumberOf(word.substr(equals + 1));
  return value && SetField(word.substr(0, equals), *value, weather);
}

std::string Obey(const std::string& line, FaultProxy& proxy) {
  std::istringstream words(line);
  std::string word;
  words >> word;
  if (word == "count") {
    std::ostringstream counts;
    counts << "up=" << proxy.bytes_up() << " down=" << proxy.bytes_down()
           << " connections=" << proxy.connections() << " cuts=" << proxy.cuts();
    return counts.str();
  }
  if (word == "cut") {
    proxy.CutAll();
    return "ok";
  }
  Weather weather;
  if (word != "weather") return "error";
  while (words >> word) {
    if (!ReadWord(word, &weather)) return "error";
  }
  proxy.Set(weather);
  return "ok";
}

int Run(int argc, char** argv) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::map<std::string, int64_t> ports = {{"--hub", 0}, {"--listen", 0}};
  Weather weather;
  for (int i = 1; i < argc; ++i) {
    const bool port = ports.contains(argv[i]) && i + 1 < argc && NumberOf(argv[i + 1]);
    if (!port && !ReadWord(argv[i], &weather)) {
      std::cerr << "motcua-weather --hub PORT [--listen PORT] [weather words]; not understood: " << argv[i] << "\n";
      return 2;
    }
    if (port) ports[argv[i]] = *NumberOf(argv[i + 1]);
    if (port) ++i;
  }
  FaultProxy proxy(static_cast<int>(ports["--hub"]), static_cast<int>(ports["--listen"]));
  proxy.Set(weather);
  std::cout << "ready port=" << proxy.port() << std::endl;
  std::thread([&proxy] {
    for (std::string line; std::getline(std::cin, line);) std::cout << Obey(line, proxy) << std::endl;
  }).detach();
  int signal = 0;
  sigwait(&signals, &signal);
  ::_exit(0);  // the reader may stand in a read that nothing ends
}

}  // namespace
}  // namespace motcua

int main(int argc, char** argv) { return motcua::Run(argc, argv); }

#include "agent/adapters/agent_serve.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "agent/adapters/grpc_hub_link.h"
#include "agent/adapters/network_watch.h"
#include "agent/adapters/serve_mark.h"
#include "agent/core/retry_schedule.h"
#include "common/base/invariant.h"
#include "common/base/log.h"
#include "common/rpc/channel.h"

namespace motcua {
namespace {

constexpr int64_t kToldAgainS = 2;  // a time is rounded to seconds at either clock

constexpr int kServeSignals[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};

// Signals come in at the loop and nowhere else, also those of threads made later.
int TakeSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : kServeSignals) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

// Commands close the database when they are done; only then is it worth a look.
class DataWatch {
 public:
  explicit DataWatch(const std::string& folder) : fd_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    if (fd_ >= 0) ::inotify_add_watch(fd_, folder.c_str(), IN_CLOSE_WRITE | IN_MOVED_TO);
  }
  ~DataWatch() {
    if (fd_ >= 0) ::close(fd_);
  }
  DataWatch(const DataWatch&) = delete;
  DataWatch& operator=(const DataWatch&) = delete;
  int fd() const { return fd_; }

  // Whether the database was written since it was asked last.
  bool Changed() {
    alignas(inotify_event) char buffer[4096];
    bool changed = false;
    while (fd_ >= 0) {
      const ssize_t size = ::read(fd_, buffer, sizeof(buffer));
      if (size <= 0) break;
      for (ssize_t at = 0; at < size;) {
        const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
        changed = changed || (event->len > 0 && std::strcmp(event->name, "agent.db") == 0);
        at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      }
    }
    return changed;
  }

 private:
  int fd_;
};

const char* CauseName(SyncCause cause) {
  switch (cause) {
    case SyncCause::kNightly:
      return "nightly";
    case SyncCause::kEntries:
      return "entries";
    case SyncCause::kRetry:
      return "retry";
    case SyncCause::kNetwork:
      return "network";
    case SyncCause::kRequest:
      return "request";
  }
  return "";
}

class Server {
 public:
  Server(const CommonOptions& common, const ServeOptions& options, ServeMark mark, int signals)
      : folder_(common.data),
        options_(options),
        mark_(std::move(mark)),
        signals_(signals),
        done_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        network_(NetworkWatch::Open()),
        data_(folder_),
        schedule_(&clock_, &random_) {
    MOTCUA_INVARIANT(signals_ >= 0 && done_ >= 0, "signals can be waited for");
  }
  ~Server() {
    ::close(done_);
    ::close(signals_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void Run() {
    while (!stopped_) {
      const int64_t wait_ms = schedule_.WaitMs();
      Tell(wait_ms);
      if (wait_ms == 0) {
        Sync();
      } else {
        Listen(wait_ms);
      }
    }
  }

 private:
  // Only what is new: the file lies in the folder that is watched, so telling wakes the loop, and telling at every turn
  // would never let it rest.
  void Tell(int64_t wait_ms) {
    NextSync next{::getpid(), clock_.WallSeconds() + (wait_ms + 999) / 1000, CauseName(schedule_.cause()),
                  schedule_.failures()};
    const bool same = next.cause == told_.cause && next.failures == told_.failures &&
                      std::abs(next.at_s - told_.at_s) <= kToldAgainS;
    if (same) return;
    mark_.Tell(next);
    told_ = std::move(next);
  }

  // Waits and takes in what happens meanwhile.
  void Listen(int64_t wait_ms) {
    pollfd waiting[] = {{signals_, POLLIN, 0},
                        {network_ ? network_->fd() : -1, POLLIN, 0},
                        {data_.fd(), POLLIN, 0},
                        {done_, POLLIN, 0}};
    ::poll(waiting, std::size(waiting), static_cast<int>(std::min<int64_t>(wait_ms, 3'600'000)));
    TakeSignalsIn();
    if (network_ && network_->CameUp()) schedule_.NoteNetworkUp();
    if (!worker_.joinable() && data_.Changed()) schedule_.NoteEntries();
  }

  void TakeSignalsIn() {
    signalfd_siginfo info;
    while (::read(signals_, &info, sizeof(info)) == sizeof(info)) {
      const int signal = static_cast<int>(info.ssi_signo);
      if (signal == SIGHUP) schedule_.NoteRequest();
      if (signal == SIGUSR1) schedule_.NoteSynced();
      if (signal != SIGTERM && signal != SIGINT) continue;
      stopped_ = true;
      stopper_.Stop();
    }
  }

  // The session runs beside the loop, so that a signal is heard at once. What the schedule hears meanwhile counts
  // for what comes after.
  void Sync() {
    const bool only_entries = schedule_.cause() == SyncCause::kEntries;
    absl::Status status;
    worker_ = std::thread([&] {
      status = Session(only_entries);
      const uint64_t one = 1;
      MOTCUA_INVARIANT(::write(done_, &one, sizeof(one)) == sizeof(one), "the end of a sync can be told");
    });
    uint64_t ended = 0;
    while (::read(done_, &ended, sizeof(ended)) != sizeof(ended)) Listen(3'600'000);
    worker_.join();
    worker_ = {};
    static_cast<void>(data_.Changed());  // our own writing
    if (stopped_) return;
    if (status.ok()) return schedule_.NoteSynced();
    Log(LogLevel::kWarning, std::string(status.message()));
    schedule_.NoteFailed();
  }

  absl::Status Session(bool only_entries) {
    MOTCUA_ASSIGN_OR_RETURN(const std::unique_ptr<OpenedDesk> opened, OpenDesk(folder_));
    // A command that only looked has closed the database too.
    if (only_entries && opened->desk->Status().waiting == 0) return absl::OkStatus();
    SyncOptions sync;
    sync.budget_ms = options_.timeout_ms;
    sync.agent_version = kAgentVersion;
    const absl::Status status = SyncDesk(*opened, sync, &stopper_).status;
    const Told& sentence = opened->desk->log().state().last_sync.sentence;
    if (status.ok() && !sentence.empty()) Log(LogLevel::kWarning, sentence.Text());
    return status;
  }

  std::string folder_;
  ServeOptions options_;
  ServeMark mark_;
  int signals_;
  int done_;
  std::unique_ptr<NetworkWatch> network_;
  DataWatch data_;
  SystemClock clock_;
  SystemRandom random_;
  RetrySchedule schedule_;
  CallStopper stopper_;
  NextSync told_;
  std::thread worker_;
  bool stopped_ = false;
};

absl::StatusOr<ServeMark> Begin(const CommonOptions& common) {
  MOTCUA_RETURN_IF_ERROR(DataFolder::CheckEnrolled(common.data));
  // The mark first: with it the folder is waited for as long as a command waits for us. Whoever starts a service
  // again must not depend on what a person happens to be doing.
  MOTCUA_ASSIGN_OR_RETURN(ServeMark mark, ServeMark::Take(common.data));
  // What would keep every sync from working is said now, once, to the person who starts it.
  MOTCUA_RETURN_IF_ERROR(OpenForCommand(common).status());
  return mark;
}

}  // namespace

int RunServe(const CommonOptions& common, const ServeOptions& options) {
  const int signals = TakeSignals();
  absl::StatusOr<ServeMark> mark = Begin(common);
  if (!mark.ok()) return Failed(common, mark.status());
  LogTo("", LogLevel::kWarning);
  SendGrpcLogToOurs();
  Server server(common, options, *std::move(mark), signals);
  *common.out << "ready http=-" << std::endl;
  server.Run();
  return kExitDone;
}

void TellServeOfSync(const std::string& folder) {
  const std::optional<NextSync> next = ReadNextSync(folder);
  if (next) ::kill(static_cast<pid_t>(next->process), SIGUSR1);
}

}  // namespace motcua

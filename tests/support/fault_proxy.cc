#include "tests/support/fault_proxy.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <deque>
#include <functional>
#include <future>
#include <iterator>
#include <list>
#include <optional>
#include <utility>
#include <vector>

#include "common/base/invariant.h"
#include "common/base/mutex.h"
#include "common/base/random.h"

namespace motcua {
namespace {

constexpr std::size_t kSegmentBytes = 1400;
// What a direction may hold back: so little that a slow line is felt by the sender.
constexpr std::size_t kHeldBytesMax = 16 * 1024;
constexpr std::size_t kHeldBytesSlow = 2 * kSegmentBytes;
constexpr int64_t kRetransmitFirstMs = 200;
constexpr int kLossesInARowMax = 6;
constexpr int kQueueLong = 128;
constexpr int kFillers = 4;

int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int Listen(int port, int* got) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int yes = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  sockaddr_in address = Loopback(port);
  socklen_t size = sizeof(address);
  const bool good = listener >= 0 && ::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                    ::listen(listener, kQueueLong) == 0 &&
                    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  MOTCUA_INVARIANT(good, "loopback has a free port");
  *got = ntohs(address.sin_port);
  return listener;
}

int Connect(int port, bool wait) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | (wait ? 0 : SOCK_NONBLOCK), 0);
  const sockaddr_in address = Loopback(port);
  const int connected = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  if (connected == 0 || (!wait && errno == EINPROGRESS)) return fd;
  ::close(fd);
  return -1;
}

void MakeQuick(int fd) {
  const int yes = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
}

// The other side gets a reset instead of an end.
void CloseHard(int fd) {
  const linger hard{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
  ::close(fd);
}

enum class Fate { kGoesOn, kEnded, kReset };

// What the weather means for one direction.
struct Rule {
  int64_t silent_after = Weather::kNever;
  int64_t cut_after = Weather::kNever;
};

// One direction of one connection: bytes wait here until they are due.
class Direction {
 public:
  Direction(int from, int to, std::atomic<int64_t>* delivered) : from_(from), to_(to), total_(*delivered) {}

  bool WantsToRead(const Weather& weather) const {
    const bool slow = weather.bytes_per_second > 0 || weather.loss_percent > 0;
    return weather.answers && !ended_ && held_ < (slow ? kHeldBytesSlow : kHeldBytesMax);
  }
  int from() const { return from_; }
  // When something is to be done without being woken by the sockets; -1: nothing is waiting.
  int64_t DueMs() const { return waiting_.empty() ? -1 : std::max(waiting_.front().due_ms, retry_ms_); }

  Fate Read(const Weather& weather, const Rule& rule, SeededRandom* random) {
    char buffer[kSegmentBytes];
    const ssize_t size = ::read(from_, buffer, sizeof(buffer));
    if (size < 0) return errno == EAGAIN || errno == EINTR ? Fate::kGoesOn : Fate::kReset;
    if (size == 0) {
      ended_ = true;
      return waiting_.empty() ? EndTo() : Fate::kGoesOn;
    }
    const auto bytes = static_cast<std::size_t>(size);
    // Silence begins at an exact byte, so that every prefix of a session can be what arrived.
    std::size_t taken = bytes;
    if (rule.silent_after != Weather::kNever)
      taken = std::min<std::size_t>(taken, static_cast<std::size_t>(std::max<int64_t>(0, rule.silent_after - accepted_)));
    accepted_ += size;
    if (taken == 0) return Fate::kGoesOn;
    const Fate fate = Delay(weather, taken, random);
    waiting_.push_back({free_ms_ + weather.latency_ms, std::string(buffer, taken)});
    held_ += taken;
    return fate;
  }

  // Delivers what is due.
  Fate Write(const Weather& weather, const Rule& rule) {
    if (!weather.answers) return Fate::kGoesOn;
    const int64_t now = NowMs();
    while (!waiting_.empty() && DueMs() <= now) {
      std::string& bytes = waiting_.front().bytes;
      std::size_t size = bytes.size();
      if (rule.cut_after != Weather::kNever)
        size = std::min<std::size_t>(size, static_cast<std::size_t>(std::max<int64_t>(0, rule.cut_after - written_)));
      const ssize_t sent = size == 0 ? 0 : ::send(to_, bytes.data(), size, MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN) return Fate::kReset;
      if (sent > 0) {
        written_ += sent;
        total_ += sent;
        held_ -= static_cast<std::size_t>(sent);
      }
      if (rule.cut_after != Weather::kNever && written_ >= rule.cut_after) return Fate::kReset;
      if (sent < static_cast<ssize_t>(bytes.size())) {
        bytes.erase(0, static_cast<std::size_t>(std::max<ssize_t>(0, sent)));
        retry_ms_ = now + 1;
        return Fate::kGoesOn;
      }
      waiting_.pop_front();
    }
    return ended_ && waiting_.empty() ? EndTo() : Fate::kGoesOn;
  }
  bool over() const { return over_; }

 private:
  struct Waiting {
    int64_t due_ms;
    std::string bytes;
  };

  // When the line is free again after these bytes.
  Fate Delay(const Weather& weather, std::size_t bytes, SeededRandom* random) {
    free_ms_ = std::max(free_ms_, NowMs());
    if (weather.bytes_per_second > 0)
      free_ms_ += static_cast<int64_t>(bytes) * 1000 / weather.bytes_per_second;
    for (int losses = 0; weather.loss_percent > 0 &&
                         random->Below(100) < static_cast<uint64_t>(weather.loss_percent);
         ++losses) {
      if (losses == kLossesInARowMax) return Fate::kReset;
      free_ms_ += kRetransmitFirstMs << losses;
    }
    return Fate::kGoesOn;
  }

  Fate EndTo() {
    if (!over_) ::shutdown(to_, SHUT_WR);
    over_ = true;
    return Fate::kEnded;
  }

  int from_;
  int to_;
  std::atomic<int64_t>& total_;
  std::deque<Waiting> waiting_;
  std::size_t held_ = 0;
  int64_t accepted_ = 0;  // from the sender, swallowed bytes included
  int64_t written_ = 0;
  int64_t free_ms_ = 0;
  int64_t retry_ms_ = 0;
  bool ended_ = false;
  bool over_ = false;
};

struct Connection {
  Connection(int desk_fd, int hub_fd, std::atomic<int64_t>* up_total, std::atomic<int64_t>* down_total)
      : desk(desk_fd), hub(hub_fd), up(desk_fd, hub_fd, up_total), down(hub_fd, desk_fd, down_total) {}
  int desk;
  int hub;
  Direction up;
  Direction down;
  bool spared = false;  // enough others were cut
};

}  // namespace

Weather Weather::Blackhole() {
  Weather weather;
  weather.answers = false;
  return weather;
}
Weather Weather::HalfOpen() {
  Weather weather;
  weather.silent_down_after = 0;
  return weather;
}
Weather Weather::Slow() {
  Weather weather;
  weather.bytes_per_second = 1'000;
  return weather;
}
Weather Weather::Satellite() {
  Weather weather;
  weather.bytes_per_second = 3'750;
  weather.latency_ms = 300;
  return weather;
}
Weather Weather::Lossy(uint64_t seed) {
  Weather weather;
  weather.loss_percent = 20;
  weather.seed = seed;
  return weather;
}
Weather Weather::CutUp(int64_t at, int64_t times) {
  Weather weather;
  weather.cut_up_after = at;
  weather.cuts = times;
  return weather;
}
Weather Weather::CutDown(int64_t at, int64_t times) {
  Weather weather;
  weather.cut_down_after = at;
  weather.cuts = times;
  return weather;
}

class FaultProxy::Loop {
 public:
  Loop(int hub_port, int listen_port) : hub_port_(hub_port), listener_(Listen(listen_port, &port_)) {
    MOTCUA_INVARIANT(::pipe2(wake_, O_CLOEXEC | O_NONBLOCK) == 0, "a pipe can be made");
  }
  ~Loop() {
    CutConnections();
    CloseFillers();
    ::close(wake_[0]);
    ::close(wake_[1]);
    ::close(listener_);
  }

  void Run() {
    while (true) {
      Orders orders = TakeOrders();
      if (orders.weather) Change(*orders.weather);
      if (orders.cut_all) CutConnections();
      for (std::promise<void>& waits : orders.waits) waits.set_value();
      if (orders.stop) return;
      Wait();
      Accept();
      Serve();
    }
  }

  struct Orders {
    bool stop = false;
    bool cut_all = false;
    std::optional<Weather> weather;
    std::vector<std::promise<void>> waits;
  };
  // Returns when it has been done.
  void Order(const std::function<void(Orders&)>& give) {
    std::future<void> done;
    {
      MutexLock lock(&mutex_);
      give(orders_);
      orders_.waits.emplace_back();
      done = orders_.waits.back().get_future();
    }
    MOTCUA_INVARIANT(::write(wake_[1], "!", 1) == 1, "the pipe has room");
    done.wait();
  }

  int port() const { return port_; }
  std::atomic<int64_t> up{0};
  std::atomic<int64_t> down{0};
  std::atomic<int64_t> accepted{0};
  std::atomic<int64_t> cut{0};

 private:
  Orders TakeOrders() {
    char drained[64];
    while (::read(wake_[0], drained, sizeof(drained)) > 0) {
    }
    MutexLock lock(&mutex_);
    return std::exchange(orders_, {});
  }

  void Change(const Weather& weather) {
    weather_ = weather;
    random_ = SeededRandom(weather.seed);
    cuts_left_ = weather.cuts;
    CloseFillers();
    ::listen(listener_, weather.answers ? kQueueLong : 0);
    // A full queue is what makes connecting hang on loopback.
    while (!weather.answers && fillers_.size() < kFillers) fillers_.push_back(Connect(port_, /*wait=*/false));
  }

  void CloseFillers() {
    for (const int fd : fillers_) ::close(fd);
    fillers_.clear();
  }

  Rule UpRule(const Connection& connection) const {
    return {weather_.silent_up_after, connection.spared ? Weather::kNever : weather_.cut_up_after};
  }
  Rule DownRule(const Connection& connection) const {
    return {weather_.silent_down_after, connection.spared ? Weather::kNever : weather_.cut_down_after};
  }

  void Wait() {
    polled_.clear();
    polled_.push_back({wake_[0], POLLIN, 0});
    polled_.push_back({listener_, static_cast<short>(weather_.answers ? POLLIN : 0), 0});
    int64_t due = -1;
    for (const Connection& connection : connections_) {
      for (const Direction* direction : {&connection.up, &connection.down}) {
        const bool reads = direction->WantsToRead(weather_);
        polled_.push_back({reads ? direction->from() : -1, POLLIN, 0});
        const int64_t wants = weather_.answers ? direction->DueMs() : -1;
        if (wants >= 0 && (due < 0 || wants < due)) due = wants;
      }
    }
    const int64_t wait = due < 0 ? -1 : std::clamp<int64_t>(due - NowMs(), 0, 1'000);
    ::poll(polled_.data(), polled_.size(), static_cast<int>(wait));
  }

  // After the poll, so that what was polled still fits the connections; the new one is served the next time.
  void Accept() {
    fresh_.clear();
    while (weather_.answers) {
      const int desk = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (desk < 0) return;
      const int hub = Connect(hub_port_, /*wait=*/true);
      if (hub < 0) {
        CloseHard(desk);
        continue;
      }
      MakeQuick(desk);
      MakeQuick(hub);
      ++accepted;
      fresh_.emplace_back(desk, hub, &up, &down);
      const bool cuts = weather_.cut_up_after != Weather::kNever || weather_.cut_down_after != Weather::kNever;
      fresh_.back().spared = cuts && cuts_left_ == 0;
      if (cuts && cuts_left_ > 0) --cuts_left_;
    }
  }

  Fate ServeOne(Connection& connection, bool read_up, bool read_down) {
    const Rule up_rule = UpRule(connection);
    const Rule down_rule = DownRule(connection);
    if (read_up && connection.up.Read(weather_, up_rule, &random_) == Fate::kReset) return Fate::kReset;
    if (read_down && connection.down.Read(weather_, down_rule, &random_) == Fate::kReset) return Fate::kReset;
    if (connection.up.Write(weather_, up_rule) == Fate::kReset) return Fate::kReset;
    if (connection.down.Write(weather_, down_rule) == Fate::kReset) return Fate::kReset;
    return connection.up.over() && connection.down.over() ? Fate::kEnded : Fate::kGoesOn;
  }

  void Serve() {
    std::size_t slot = 2;
    for (auto it = connections_.begin(); it != connections_.end(); slot += 2) {
      const Fate fate = ServeOne(*it, polled_[slot].revents != 0, polled_[slot + 1].revents != 0);
      if (fate == Fate::kReset) {
        ++cut;
        CloseHard(it->desk);
        CloseHard(it->hub);
      } else if (fate == Fate::kEnded) {
        ::close(it->desk);
        ::close(it->hub);
      }
      it = fate == Fate::kGoesOn ? std::next(it) : connections_.erase(it);
    }
    connections_.splice(connections_.end(), fresh_);
  }

  void CutConnections() {
    for (const Connection& connection : connections_) {
      CloseHard(connection.desk);
      CloseHard(connection.hub);
    }
    connections_.clear();
  }

  int hub_port_;
  int port_ = 0;
  int listener_;
  int wake_[2] = {-1, -1};
  Mutex mutex_;
  Orders orders_ ABSL_GUARDED_BY(mutex_);

  // The proxy's thread alone.
  Weather weather_;
  SeededRandom random_{1};
  int64_t cuts_left_ = Weather::kNever;
  std::vector<int> fillers_;
  std::list<Connection> connections_;
  std::list<Connection> fresh_;
  std::vector<pollfd> polled_;
};

FaultProxy::FaultProxy(int hub_port, int listen_port) : loop_(std::make_unique<Loop>(hub_port, listen_port)) {
  thread_ = std::thread([this] { loop_->Run(); });
}

FaultProxy::~FaultProxy() {
  loop_->Order([](Loop::Orders& orders) { orders.stop = true; });
  thread_.join();
}

int FaultProxy::port() const { return loop_->port(); }
void FaultProxy::Set(const Weather& weather) {
  loop_->Order([&](Loop::Orders& orders) { orders.weather = weather; });
}
void FaultProxy::CutAll() {
  loop_->Order([](Loop::Orders& orders) { orders.cut_all = true; });
}
int64_t FaultProxy::bytes_up() const { return loop_->up; }
int64_t FaultProxy::bytes_down() const { return loop_->down; }
int64_t FaultProxy::connections() const { return loop_->accepted; }
int64_t FaultProxy::cuts() const { return loop_->cut; }

}  // namespace motcua

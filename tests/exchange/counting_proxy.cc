#include "tests/exchange/counting_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "common/base/invariant.h"

namespace motcua {
namespace {

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int Listen(int* port, int queue = 16) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof(address);
  const bool good = listener >= 0 && ::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                    ::listen(listener, queue) == 0 &&
                    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  MOTCUA_INVARIANT(good, "loopback has a free port");
  *port = ntohs(address.sin_port);
  return listener;
}

int Connect(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return fd;
  ::close(fd);
  return -1;
}

// Passes on what has arrived; false at the end of the stream.
bool Forward(int from, int to, std::atomic<int64_t>* counter) {
  char buffer[16 * 1024];
  const ssize_t size = ::read(from, buffer, sizeof(buffer));
  if (size <= 0) return false;
  *counter += size;
  return ::send(to, buffer, static_cast<std::size_t>(size), MSG_NOSIGNAL) == size;
}

}  // namespace

CountingProxy::CountingProxy(int hub_port) : hub_port_(hub_port), listener_(Listen(&port_)) {
  MOTCUA_INVARIANT(::pipe(stop_) == 0, "a pipe can be made");
  thread_ = std::thread([this] { Serve(); });
}

CountingProxy::~CountingProxy() {
  ::close(stop_[1]);
  thread_.join();
  ::close(stop_[0]);
  ::close(listener_);
}

void CountingProxy::Serve() {
  while (true) {
    pollfd waiting[2] = {{listener_, POLLIN, 0}, {stop_[0], POLLIN, 0}};
    ::poll(waiting, 2, -1);
    if (waiting[1].revents != 0) return;
    const int desk = ::accept(listener_, nullptr, nullptr);
    const int hub = Connect(hub_port_);
    if (desk >= 0 && hub >= 0) Pump(desk, hub);
    if (desk >= 0) ::close(desk);
    if (hub >= 0) ::close(hub);
  }
}

void CountingProxy::Pump(int desk, int hub) {
  while (true) {
    pollfd waiting[3] = {{desk, POLLIN, 0}, {hub, POLLIN, 0}, {stop_[0], POLLIN, 0}};
    ::poll(waiting, 3, -1);
    if (waiting[2].revents != 0) return;
    if (waiting[0].revents != 0 && !Forward(desk, hub, &up_)) return;
    if (waiting[1].revents != 0 && !Forward(hub, desk, &down_)) return;
  }
}

SilentListener::SilentListener() : listener_(Listen(&port_)) {}
SilentListener::~SilentListener() { ::close(listener_); }

PlainAnswerer::PlainAnswerer(std::string answer) : listener_(Listen(&port_)) {
  thread_ = std::thread([this, answer = std::move(answer)] {
    const int desk = ::accept(listener_, nullptr, nullptr);
    char buffer[1024];
    if (desk >= 0 && ::read(desk, buffer, sizeof(buffer)) > 0) {
      static_cast<void>(::send(desk, answer.data(), answer.size(), MSG_NOSIGNAL));
    }
    if (desk >= 0) ::close(desk);
  });
}

PlainAnswerer::~PlainAnswerer() {
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
}

FullListener::FullListener() : listener_(Listen(&port_, 0)) {
  const sockaddr_in address = Loopback(port_);
  for (int i = 0; i < 4; ++i) {
    waiting_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    static_cast<void>(
        ::connect(waiting_.back(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)));
  }
}

FullListener::~FullListener() {
  for (const int fd : waiting_) ::close(fd);
  ::close(listener_);
}

}  // namespace motcua

#include "tests/bench/counting_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace motcua::bench {
namespace {

// How soon Stop() is noticed.
constexpr int kPollMs = 50;

absl::Status SocketFailed(const char* doing) {
  return absl::UnavailableError(absl::StrCat(doing, ": ", std::strerror(errno)));
}

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int Connect(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  if (fd >= 0 && connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  if (fd >= 0) close(fd);
  return -1;
}

bool WriteAll(int fd, const char* bytes, ssize_t size) {
  while (size > 0) {
    const ssize_t written = send(fd, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (written <= 0) return false;
    bytes += written;
    size -= written;
  }
  return true;
}

// Moves what is there; false when the side has closed.
bool Pump(int from, int to, std::atomic<int64_t>* count) {
  char buffer[16 * 1024];
  const ssize_t got = recv(from, buffer, sizeof buffer, 0);
  if (got <= 0) return false;
  *count += got;
  return WriteAll(to, buffer, got);
}

}  // namespace

absl::StatusOr<std::unique_ptr<CountingProxy>> CountingProxy::Start(int target_port) {
  std::unique_ptr<CountingProxy> proxy(new CountingProxy());
  proxy->target_port_ = target_port;
  proxy->listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof address;
  if (proxy->listener_ < 0 || bind(proxy->listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(proxy->listener_, 16) != 0 ||
      getsockname(proxy->listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return SocketFailed("counting proxy");
  }
  proxy->port_ = ntohs(address.sin_port);
  proxy->thread_ = std::thread([raw = proxy.get()] { raw->Serve(); });
  return proxy;
}

void CountingProxy::Serve() {
  while (!stopping_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (poll(&waiting, 1, kPollMs) <= 0) continue;
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    // One desk is measured at a time, so one connection after the other is enough.
    if (client >= 0) Forward(client);
  }
}

void CountingProxy::Forward(int client) {
  const int target = Connect(target_port_);
  ++open_;
  const int no_delay = 1;
  for (int fd : {client, target}) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, sizeof no_delay);
  bool alive = target >= 0;
  while (alive && !stopping_) {
    pollfd sides[2] = {{client, POLLIN, 0}, {target, POLLIN, 0}};
    if (poll(sides, 2, kPollMs) <= 0) continue;
    if (sides[0].revents != 0) alive = Pump(client, target, &to_target_);
    if (alive && sides[1].revents != 0) alive = Pump(target, client, &from_target_);
  }
  close(client);
  if (target >= 0) close(target);
  --open_;
}

void CountingProxy::Stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
  if (listener_ >= 0) close(listener_);
  listener_ = -1;
}

}  // namespace motcua::bench

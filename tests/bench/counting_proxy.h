// CountingProxy stands between two programs on loopback and counts the TCP payload that passes, both ways:
// what a line would carry, TLS handshake and HTTP/2 framing included, IP and TCP headers not.
//
// Threads: its own for forwarding; the counts may be read from any. Stop() may be called twice.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "common/base/status.h"

namespace motcua::bench {

class CountingProxy {
 public:
  // Listens on a free port of 127.0.0.1 and forwards every connection to 127.0.0.1:`target_port`.
  static absl::StatusOr<std::unique_ptr<CountingProxy>> Start(int target_port);
  ~CountingProxy() { Stop(); }
  CountingProxy(const CountingProxy&) = delete;
  CountingProxy& operator=(const CountingProxy&) = delete;

  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int64_t to_target() const { return to_target_; }
  int64_t from_target() const { return from_target_; }
  int open_connections() const { return open_; }
  void Stop();

 private:
  CountingProxy() = default;
  void Serve();
  void Forward(int client);

  int listener_ = -1;
  int port_ = 0;
  int target_port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int> open_{0};
  std::atomic<int64_t> to_target_{0};
  std::atomic<int64_t> from_target_{0};
  std::thread thread_;
};

}  // namespace motcua::bench

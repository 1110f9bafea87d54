// NetworkWatch tells when a network came up, by the kernel's word (netlink): an address was given, a link got its
// carrier, a route appeared. It says nothing about whether the hub can be reached; it is a good moment to try.
//
// Threads: one.
#pragma once

#include <memory>

#include "absl/strings/string_view.h"

namespace motcua {

class NetworkWatch {
 public:
  // Null where the kernel gives no such socket (some containers): the schedule then goes by time alone.
  static std::unique_ptr<NetworkWatch> Open();
  ~NetworkWatch();
  NetworkWatch(const NetworkWatch&) = delete;
  NetworkWatch& operator=(const NetworkWatch&) = delete;

  // Readable when there is something to read.
  int fd() const { return fd_; }
  // Reads what has come; true when a network came up. Never waits.
  bool CameUp();

 private:
  explicit NetworkWatch(int fd) : fd_(fd) {}
  int fd_;
};

// What one message block of the kernel says. Anything malformed says nothing.
bool SaysNetworkUp(absl::string_view messages);

}  // namespace motcua

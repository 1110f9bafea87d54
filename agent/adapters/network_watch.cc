#include "agent/adapters/network_watch.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <algorithm>
#include <cstring>

namespace motcua {
namespace {

// The kernel's own advice for one read.
constexpr std::size_t kReadBytes = std::size_t{32} * 1024;

bool SaysUp(const nlmsghdr& header, absl::string_view body) {
  if (header.nlmsg_type == RTM_NEWROUTE) return true;
  if (header.nlmsg_type == RTM_NEWADDR) return true;
  if (header.nlmsg_type != RTM_NEWLINK || body.size() < sizeof(ifinfomsg)) return false;
  ifinfomsg link;
  std::memcpy(&link, body.data(), sizeof(link));
  return (link.ifi_flags & IFF_RUNNING) != 0 && (link.ifi_flags & IFF_LOOPBACK) == 0;
}

}  // namespace

bool SaysNetworkUp(absl::string_view messages) {
  bool up = false;
  nlmsghdr header;
  while (messages.size() >= sizeof(header)) {
    std::memcpy(&header, messages.data(), sizeof(header));
    if (header.nlmsg_len < sizeof(header) || header.nlmsg_len > messages.size()) return up;
    const std::size_t body = std::min<std::size_t>(NLMSG_HDRLEN, header.nlmsg_len);
    up = SaysUp(header, messages.substr(body, header.nlmsg_len - body)) || up;
    messages.remove_prefix(std::min<std::size_t>(NLMSG_ALIGN(header.nlmsg_len), messages.size()));
  }
  return up;
}

std::unique_ptr<NetworkWatch> NetworkWatch::Open() {
  const int fd = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
  if (fd < 0) return nullptr;
  std::unique_ptr<NetworkWatch> watch(new NetworkWatch(fd));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups =
      RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) return nullptr;
  return watch;
}

NetworkWatch::~NetworkWatch() { ::close(fd_); }

bool NetworkWatch::CameUp() {
  bool up = false;
  static thread_local char buffer[kReadBytes];
  while (true) {
    const ssize_t size = ::recv(fd_, buffer, sizeof(buffer), 0);
    // Too much came at once and some was dropped: what it was is not known, so it may have been this.
    if (size < 0 && errno == ENOBUFS) up = true;
    if (size < 0 && (errno == ENOBUFS || errno == EINTR)) continue;
    if (size <= 0) return up;
    up = SaysNetworkUp({buffer, static_cast<std::size_t>(size)}) || up;
  }
}

}  // namespace motcua

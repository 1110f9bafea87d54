// The kernel's word on the network. It should survive: messages cut short, lengths that lie, words it does not know.
#include "agent/adapters/network_watch.h"

#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <cstring>
#include <string>

namespace motcua {
namespace {

std::string Message(uint16_t type, const std::string& body) {
  nlmsghdr header{};
  header.nlmsg_type = type;
  header.nlmsg_len = static_cast<uint32_t>(NLMSG_HDRLEN + body.size());
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof(header));
  bytes.resize(NLMSG_HDRLEN, '\0');
  bytes += body;
  bytes.resize(NLMSG_ALIGN(bytes.size()), '\0');
  return bytes;
}

std::string Link(uint32_t flags) {
  ifinfomsg link{};
  link.ifi_flags = flags;
  return Message(RTM_NEWLINK, std::string(reinterpret_cast<const char*>(&link), sizeof(link)));
}

TEST(NetworkWatchTest, AnAddressARouteOrACarrierIsANetworkThatCameUp) {
  EXPECT_TRUE(SaysNetworkUp(Message(RTM_NEWADDR, "")));
  EXPECT_TRUE(SaysNetworkUp(Message(RTM_NEWROUTE, "")));
  EXPECT_TRUE(SaysNetworkUp(Link(IFF_UP | IFF_RUNNING)));
  EXPECT_TRUE(SaysNetworkUp(Message(RTM_DELADDR, "gone") + Link(IFF_RUNNING))) << "the second of two";
}

TEST(NetworkWatchTest, WhatGoesAwayIsNot) {
  EXPECT_FALSE(SaysNetworkUp(Message(RTM_DELADDR, "")));
  EXPECT_FALSE(SaysNetworkUp(Message(RTM_DELROUTE, "")));
  EXPECT_FALSE(SaysNetworkUp(Link(IFF_UP)));
  EXPECT_FALSE(SaysNetworkUp(Link(IFF_UP | IFF_RUNNING | IFF_LOOPBACK)));
  EXPECT_FALSE(SaysNetworkUp(""));
}

TEST(NetworkWatchTest, WhatIsMalformedSaysNothing) {
  const std::string whole = Link(IFF_RUNNING);
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(SaysNetworkUp(whole.substr(0, size))) << size;
  EXPECT_FALSE(SaysNetworkUp(Message(RTM_NEWLINK, "short")));
  for (const uint32_t length : {0u, 1u, 15u, 0xFFFFFFFFu}) {
    std::string lies = Message(RTM_NEWADDR, "");
    std::memcpy(lies.data(), &length, sizeof(length));
    EXPECT_FALSE(SaysNetworkUp(lies)) << length;
  }
}

TEST(NetworkWatchTest, AskingNeverWaits) {
  const std::unique_ptr<NetworkWatch> watch = NetworkWatch::Open();
  if (watch) static_cast<void>(watch->CameUp());
}

}  // namespace
}  // namespace motcua

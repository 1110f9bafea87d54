// FaultProxy: bad weather between a desk and the hub, on loopback. It listens on a port of its own, passes
// every connection on to the hub's, and does to the bytes what the Weather says. The weather may change while
// connections are open.
//
//   FaultProxy proxy(hub_port);
//   proxy.Set(Weather::Blackhole());
//   … sync against proxy.address() …
//   proxy.Set({});   // fine again
//
// Threads: any may call; the proxy works on its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

namespace motcua {

// What happens to bytes. "Up" is from the desk to the hub. The default is a good line.
struct Weather {
  static constexpr int64_t kNever = -1;

  // False: connecting hangs, as into a network that drops everything. Open connections stand still both ways.
  bool answers = true;
  // After so many bytes of a connection the direction swallows all that comes, and the sender never learns it.
  int64_t silent_up_after = kNever;
  int64_t silent_down_after = kNever;
  // After so many bytes of a connection in this direction it is reset; what comes before them is delivered.
  int64_t cut_up_after = kNever;
  int64_t cut_down_after = kNever;
  // How many connections are cut before the line holds; kNever: all of them.
  int64_t cuts = kNever;
  // Of each direction by itself; 0: as fast as it goes.
  int64_t bytes_per_second = 0;
  int64_t latency_ms = 0;  // one way
  // What loss looks like above TCP: of 100 segments this many are lost, each loss costs a retransmission timeout
  // of 200 ms that doubles with the next in a row, and after six in a row the connection is reset.
  int loss_percent = 0;
  uint64_t seed = 1;

  static Weather Blackhole();
  static Weather HalfOpen();                  // connects, then nothing ever comes back
  static Weather Slow();                      // 8 kbit/s
  static Weather Satellite();                 // 30 kbit/s and 600 ms there and back
  static Weather Lossy(uint64_t seed);        // 20 % loss
  static Weather CutUp(int64_t at, int64_t times);
  static Weather CutDown(int64_t at, int64_t times);
};

class FaultProxy {
 public:
  explicit FaultProxy(int hub_port, int listen_port = 0);
  ~FaultProxy();
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;

  int port() const;
  std::string address() const { return "127.0.0.1:" + std::to_string(port()); }
  void Set(const Weather& weather);  // in force when it returns
  // Resets every connection that is open now.
  void CutAll();

  // Delivered since the beginning.
  int64_t bytes_up() const;
  int64_t bytes_down() const;
  int64_t connections() const;
  int64_t cuts() const;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
  std::thread thread_;
};

}  // namespace motcua

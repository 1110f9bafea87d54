// CountingProxy: stands between a desk and the hub on loopback and counts the bytes that TCP carries,
// handshake included. Serves one connection after the other on its own thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace motcua {

class CountingProxy {
 public:
  explicit CountingProxy(int hub_port);
  ~CountingProxy();
  CountingProxy(const CountingProxy&) = delete;
  CountingProxy& operator=(const CountingProxy&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int64_t bytes() const { return up_ + down_; }
  int64_t bytes_up() const { return up_; }
  int64_t bytes_down() const { return down_; }

 private:
  void Serve();
  void Pump(int desk, int hub);

  int hub_port_;
  int port_ = 0;
  int listener_ = -1;
  int stop_[2] = {-1, -1};  // a pipe; readable once the proxy ends
  std::atomic<int64_t> up_{0};
  std::atomic<int64_t> down_{0};
  std::thread thread_;
};

// A listening socket that nobody accepts from.
class SilentListener {
 public:
  SilentListener();
  ~SilentListener();
  SilentListener(const SilentListener&) = delete;
  SilentListener& operator=(const SilentListener&) = delete;
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int port_ = 0;
  int listener_ = -1;
};

// Accepts one connection and answers its first bytes with `answer`, whatever they are.
class PlainAnswerer {
 public:
  explicit PlainAnswerer(std::string answer);
  ~PlainAnswerer();
  PlainAnswerer(const PlainAnswerer&) = delete;
  PlainAnswerer& operator=(const PlainAnswerer&) = delete;
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int port_ = 0;
  int listener_ = -1;
  std::thread thread_;
};

// A listening socket whose queue is full: connecting to it hangs, as into a network that drops everything.
class FullListener {
 public:
  FullListener();
  ~FullListener();
  FullListener(const FullListener&) = delete;
  FullListener& operator=(const FullListener&) = delete;
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int port_ = 0;
  int listener_ = -1;
  std::vector<int> waiting_;
};

}  // namespace motcua

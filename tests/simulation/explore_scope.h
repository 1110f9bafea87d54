// The small scope: which installations there are, what their people do, and the one catalog, day, clock and key that
// they share. Everything here is a constant or a function of its arguments, so that equal histories write equal
// bytes and meet in one state.
//
// Threads: one.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "common/catalog/catalog.h"
#include "common/ledger/entry.h"
#include "common/sync/signer.h"

namespace motcua::explore {

inline constexpr int kScripts = 2;        // people: A's and B's
inline constexpr int kStepsOfScript = 3;  // entries each of them records
inline constexpr int kDesksMax = 4;       // A and B, and at most two copies of them

// What a person does next; all of it is about one flow and one stock of one day.
struct Step {
  enum What : uint8_t { kAdd, kSet, kRestate, kObserve };
  What what = kAdd;
  int64_t value = 0;
};

struct Script {
  DeviceId device;
  Role role = Role::kDesk;         // what the machine takes itself for
  Role role_at_hub = Role::kDesk;  // what it was enrolled as
  std::array<Step, kStepsOfScript> steps;
};

struct Scope {
  std::string name;
  std::string says;
  bool copies = false;  // A and B are copies of one installation, made behind its first entry
  std::array<Script, kScripts> scripts;

  // Entries are numbered through: A's, then B's.
  const Step& entry(int number) const {
    return scripts[static_cast<std::size_t>(number / kStepsOfScript)].steps[static_cast<std::size_t>(number % kStepsOfScript)];
  }
};
inline std::string NoteOf(int entry) {
  return absl::StrCat(entry < kStepsOfScript ? "A" : "B", entry % kStepsOfScript + 1);
}
// two-devices: a supervisor's and a clerk's machine.
// two-copies:  one supervisor's folder on two machines, copied when it held one entry.
// refused:     as two-devices, and the second machine states a role it does not hold: the hub takes that out.
const std::vector<Scope>& Scopes();
const Scope* FindScope(const std::string& name);

inline constexpr char kUnitCode[] = "U1";
extern const Day kScopeDay;
const std::shared_ptr<const Catalog>& ScopeCatalog();
absl::StatusOr<std::shared_ptr<const Catalog>> ParseScopeCatalog(absl::string_view canonical);
std::optional<MeasureNature> NatureIn(const std::string& measure);
Cell FlowCell();
Cell StockCell();

// It stands still: clocks are evidence and order nothing.
class StillClock final : public Clock {
 public:
  int64_t WallMs() const override { return 1'598'918'400'000; }
  int64_t MonotonicMs() const override { return 0; }
  void SleepMs(int64_t) override {}
};

// Stands for Ed25519.
class ScopeSigner final : public ReceiptSigner, public ReceiptVerifier {
 public:
  std::string Sign(absl::string_view payload) override { return Signature(payload); }
  bool Verify(absl::string_view payload, absl::string_view signature) const override {
    return signature == Signature(payload);
  }

 private:
  static std::string Signature(absl::string_view payload);
};

}  // namespace motcua::explore

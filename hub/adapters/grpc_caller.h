// Who is calling: the language a call asks for and the device its certificate proves, and the rule that holds
// them against the hub's table on every call.
//
// Threads: any.
#pragma once

#include <grpcpp/security/auth_context.h>
#include <grpcpp/security/auth_metadata_processor.h>
#include <grpcpp/server_context.h>

#include <functional>

#include "common/base/language.h"
#include "common/base/status.h"
#include "hub/core/hub_api.h"

namespace motcua {

Language LanguageOf(const std::multimap<grpc::string_ref, grpc::string_ref>& metadata);

// The device that the caller's certificate names. kUnauthenticated without certificate or with another's.
absl::StatusOr<DeviceId> ProvenDevice(const grpc::AuthContext& context);

// Refuses a call before its handler runs.
class CallerCheck final : public grpc::AuthMetadataProcessor {
 public:
  explicit CallerCheck(HubApi* hub) : hub_(*hub) {}
  // Asking the table may wait for a transaction, so not on gRPC's polling threads.
  bool IsBlocking() const override { return true; }
  grpc::Status Process(const InputMetadata& metadata, grpc::AuthContext* context, OutputMetadata* consumed,
                       OutputMetadata* response) override;

 private:
  absl::Status Check(const InputMetadata& metadata, const grpc::AuthContext& context) const;

  HubApi& hub_;
};

// Runs a handler in the caller's language; an exception becomes kInternal and a line in the log.
grpc::Status Guarded(const grpc::ServerContext& context, absl::string_view what,
                     const std::function<absl::Status()>& handler);

}  // namespace motcua

// Who is calling: the language a call asks for and what its certificate proves, and the rule that holds it
// against the hub's table on every call. Services whose answers say who may not speak ask the table themselves.
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

// What the caller's certificate says. kUnauthenticated without certificate or with one that is no device's.
absl::StatusOr<PeerCertificate> ProvenPeer(const grpc::AuthContext& context);

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

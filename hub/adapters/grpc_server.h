// GrpcServer: the hub's one public port. Mutual TLS when the caller has a certificate; a caller without one
// reaches EnrollmentService and nothing else. Every call of a device is authorised against the hub's table, so
// a revocation takes effect at once, also on open connections.
//
// A handler never takes the process down: exceptions become INTERNAL and a line in the log. Sizes are bounded
// by common/sync/limits.h before a handler sees anything.
//
// Threads: any; handlers run on gRPC's threads and call HubApi from there.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "common/base/status.h"
#include "common/security/ca.h"
#include "hub/core/hub_api.h"

namespace motcua {

struct GrpcServerOptions {
  // "host:port"; port 0 lets the system choose one. Default: every interface.
  std::string listen_address = "0.0.0.0:8443";
  // CertificateAuthority::IssueServer(), anew at every start.
  TlsIdentity identity;
  // The CA that client certificates must come from and that enrolling desks are told.
  std::string ca_pem;
  // Exchanges in work or waiting for the hub at one time; one more is told RETRY_LATER and comes again with
  // backoff. They are done one after the other in a few milliseconds each, so that the last of them waits well
  // below a desk's deadline.
  int exchanges_max = 32;
};

class GrpcServer {
 public:
  // `hub` outlives the server. kFailedPrecondition: the address is taken or not ours.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(HubApi* hub, const GrpcServerOptions& options);
  ~GrpcServer();
  GrpcServer(const GrpcServer&) = delete;
  GrpcServer& operator=(const GrpcServer&) = delete;

  int port() const;
  // Takes no new calls, lets running ones finish for `grace_ms`, then cuts them. May be called twice.
  void Shutdown(int64_t grace_ms);

 private:
  struct Impl;
  explicit GrpcServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace motcua

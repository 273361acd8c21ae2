#ifndef AGENT_CLIENT_RENDER_CERTIFICATE_H_
#define AGENT_CLIENT_RENDER_CERTIFICATE_H_

#include "agent/client/text.h"
#include "quote/crypto/certificate.h"
#include "quote/tpm/gce_instance.h"

namespace evidenced {

// As rows of a table, in words.
void AddCertificateDetails(const Certificate& certificate, Table& table);
void AddGceInstance(const GceInstance& instance, Table& table);

}  // namespace evidenced

#endif  // AGENT_CLIENT_RENDER_CERTIFICATE_H_

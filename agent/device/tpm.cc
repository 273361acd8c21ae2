#include "agent/device/tpm.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "agent/device/attestation_key.h"
#include "agent/device/esys.h"
#include "agent/device/no_device.h"
#include "agent/device/nv_certificates.h"
#include "agent/device/pcr_read.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

// What the TCTI "device" tries if it is not told.
constexpr absl::string_view kDevices[] = {"/dev/tpmrm0", "/dev/tpm0"};

// Whether the character device that `tcti` names does not exist.
bool HasNoDevice(const std::string& tcti) {
  const auto missing = [](absl::string_view path) {
    return access(std::string(path).c_str(), F_OK) != 0 && errno == ENOENT;
  };
  if (tcti == "device") {
    return std::all_of(std::begin(kDevices), std::end(kDevices), missing);
  }
  absl::string_view path = tcti;
  return absl::ConsumePrefix(&path, "device:") && missing(path);
}

// Simulators have no resource manager: what a client that died had loaded
// stays, and three such objects block the TPM. A simulator has one client; a
// device has others, whose objects are not ours to flush.
bool IsSimulator(const std::string& tcti) {
  return absl::StartsWith(tcti, "swtpm") || absl::StartsWith(tcti, "mssim");
}

absl::Status FlushLeftovers(Esys& esys) {
  ASSIGN_OR_RETURN(const TPMS_CAPABILITY_DATA data,
                   esys.GetCapability(TPM2_CAP_HANDLES, TPM2_TRANSIENT_FIRST,
                                      TPM2_MAX_CAP_HANDLES));
  const TPML_HANDLE& handles = data.data.handles;
  for (uint32_t i = 0; i < handles.count; ++i) {
    RETURN_IF_ERROR(esys.FlushTransient(handles.handle[i]));
  }
  return absl::OkStatus();
}

absl::Status ReadProperties(Esys& esys, TpmInfo& info) {
  ASSIGN_OR_RETURN(
      const TPMS_CAPABILITY_DATA data,
      esys.GetCapability(TPM2_CAP_TPM_PROPERTIES, TPM2_PT_MANUFACTURER, 8));
  const TPML_TAGGED_TPM_PROPERTY& properties = data.data.tpmProperties;
  for (uint32_t i = 0; i < properties.count; ++i) {
    const TPMS_TAGGED_PROPERTY& property = properties.tpmProperty[i];
    const uint64_t value = property.value;
    if (property.property == TPM2_PT_MANUFACTURER) {
      for (int shift = 24; shift >= 0; shift -= 8) {
        const auto letter = static_cast<char>(value >> shift & 0xFFU);
        if (letter >= ' ' && letter <= '~') info.manufacturer += letter;
      }
    } else if (property.property == TPM2_PT_FIRMWARE_VERSION_1) {
      info.firmware_version |= value << 32;
    } else if (property.property == TPM2_PT_FIRMWARE_VERSION_2) {
      info.firmware_version |= value;
    }
  }
  ASSIGN_OR_RETURN(const TPMS_CAPABILITY_DATA pcrs,
                   esys.GetCapability(TPM2_CAP_PCRS, 0, 1));
  info.banks = FromTpmSelection(pcrs.data.assignedPCR);
  return absl::OkStatus();
}

class EsysTpm : public TpmDevice {
 public:
  EsysTpm(std::unique_ptr<Esys> esys, Esys::Object ak, TpmInfo info)
      : esys_(std::move(esys)), ak_(std::move(ak)), info_(std::move(info)) {}

  const TpmInfo& info() const override { return info_; }
  bool NeedsReopen() const override { return esys_->broken(); }

  absl::StatusOr<PcrReading> ReadPcrs(
      const std::vector<PcrBankSelection>& selection) override {
    ASSIGN_OR_RETURN(const TPML_PCR_SELECTION wanted,
                     ToTpmSelection(selection, info_.banks));
    return ReadSelectedPcrs(*esys_, wanted);
  }

  absl::StatusOr<Bytes> Quote(
      ByteView extra_data,
      const std::vector<PcrBankSelection>& selection) override {
    ASSIGN_OR_RETURN(const TPML_PCR_SELECTION wanted,
                     ToTpmSelection(selection, info_.banks));
    return esys_->Quote(ak_, extra_data, wanted);
  }

 private:
  std::unique_ptr<Esys> esys_;
  Esys::Object ak_;  // goes before the connection
  TpmInfo info_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<TpmDevice>> OpenTpm(const TpmOptions& options) {
  absl::StatusOr<std::unique_ptr<Esys>> connected = Esys::Connect(options.tcti);
  if (!connected.ok()) {
    return HasNoDevice(options.tcti) ? NoDevice(connected.status())
                                     : connected.status();
  }
  std::unique_ptr<Esys> esys = *std::move(connected);
  RETURN_IF_ERROR(esys->Startup());
  if (IsSimulator(options.tcti)) RETURN_IF_ERROR(FlushLeftovers(*esys));
  TpmInfo info;
  RETURN_IF_ERROR(ReadProperties(*esys, info));
  ASSIGN_OR_RETURN(AttestationKey ak, FindOrMakeAk(*esys, options));
  ASSIGN_OR_RETURN(info.certificates, ReadNvCertificates(*esys));
  info.ak_public = std::move(ak.public_area);
  info.ak_name = std::move(ak.name);
  info.ak_qualified_name = std::move(ak.qualified_name);
  return std::unique_ptr<TpmDevice>(std::make_unique<EsysTpm>(
      std::move(esys), std::move(ak.object), std::move(info)));
}

}  // namespace evidenced

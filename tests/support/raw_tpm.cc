#include "tests/support/raw_tpm.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "tss2/tss2_esys.h"
#include "tss2/tss2_rc.h"
#include "tss2/tss2_tctildr.h"

#include "evidence/log/event_log.h"
#include "evidence/log/replay.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

absl::Status Check(const char* what, TSS2_RC rc) {
  if (rc == TSS2_RC_SUCCESS) return absl::OkStatus();
  return absl::InternalError(
      absl::StrFormat("%s: %s", what, Tss2_RC_Decode(rc)));
}

TPMT_PUBLIC StorageTemplate() {
  TPMT_PUBLIC area = {};
  area.type = TPM2_ALG_ECC;
  area.nameAlg = TPM2_ALG_SHA256;
  area.objectAttributes = TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT |
                          TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT |
                          TPMA_OBJECT_SENSITIVEDATAORIGIN |
                          TPMA_OBJECT_USERWITHAUTH;
  TPMS_ECC_PARMS& ecc = area.parameters.eccDetail;
  ecc.symmetric.algorithm = TPM2_ALG_AES;
  ecc.symmetric.keyBits.aes = 128;
  ecc.symmetric.mode.aes = TPM2_ALG_CFB;
  ecc.scheme.scheme = TPM2_ALG_NULL;
  ecc.curveID = TPM2_ECC_NIST_P256;
  ecc.kdf.scheme = TPM2_ALG_NULL;
  return area;
}

}  // namespace

struct RawTpm::Context {
  TSS2_TCTI_CONTEXT* tcti = nullptr;
  ESYS_CONTEXT* esys = nullptr;

  ~Context() {
    if (esys != nullptr) Esys_Finalize(&esys);
    if (tcti != nullptr) Tss2_TctiLdr_Finalize(&tcti);
  }
};

RawTpm::RawTpm(std::unique_ptr<Context> context)
    : context_(std::move(context)) {}
RawTpm::~RawTpm() = default;

absl::StatusOr<std::unique_ptr<RawTpm>> RawTpm::Open(const std::string& tcti) {
  auto context = std::make_unique<Context>();
  RETURN_IF_ERROR(
      Check("TCTI", Tss2_TctiLdr_Initialize(tcti.c_str(), &context->tcti)));
  RETURN_IF_ERROR(
      Check("ESYS", Esys_Initialize(&context->esys, context->tcti, nullptr)));
  const TSS2_RC rc = Esys_Startup(context->esys, TPM2_SU_CLEAR);
  if (rc != TPM2_RC_INITIALIZE) RETURN_IF_ERROR(Check("Startup", rc));
  return std::unique_ptr<RawTpm>(new RawTpm(std::move(context)));
}

absl::Status RawTpm::Extend(uint32_t pcr,
                            const std::map<HashAlgorithm, Bytes>& digests) {
  TPML_DIGEST_VALUES values = {};
  for (const auto& [algorithm, digest] : digests) {
    TPMT_HA& to = values.digests[values.count++];
    to.hashAlg = static_cast<TPMI_ALG_HASH>(algorithm);
    std::copy(digest.begin(), digest.end(), to.digest.sha512);
  }
  return Check("PCR_Extend", Esys_PCR_Extend(context_->esys, ESYS_TR_PCR0 + pcr,
                                             ESYS_TR_PASSWORD, ESYS_TR_NONE,
                                             ESYS_TR_NONE, &values));
}

absl::Status RawTpm::PlaceForeignKey(uint32_t handle) {
  const TPM2B_SENSITIVE_CREATE sensitive = {};
  const TPM2B_DATA outside = {};
  const TPML_PCR_SELECTION pcrs = {};
  TPM2B_PUBLIC area = {};
  area.publicArea = StorageTemplate();
  ESYS_TR object = ESYS_TR_NONE;
  RETURN_IF_ERROR(
      Check("CreatePrimary",
            Esys_CreatePrimary(context_->esys, ESYS_TR_RH_OWNER,
                               ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
                               &sensitive, &area, &outside, &pcrs, &object,
                               nullptr, nullptr, nullptr, nullptr)));
  ESYS_TR stored = ESYS_TR_NONE;
  const TSS2_RC rc = Esys_EvictControl(context_->esys, ESYS_TR_RH_OWNER, object,
                                       ESYS_TR_PASSWORD, ESYS_TR_NONE,
                                       ESYS_TR_NONE, handle, &stored);
  RETURN_IF_ERROR(
      Check("FlushContext", Esys_FlushContext(context_->esys, object)));
  return Check("EvictControl", rc);
}

absl::Status RawTpm::Evict(uint32_t handle) {
  ESYS_TR object = ESYS_TR_NONE;
  RETURN_IF_ERROR(
      Check("ReadPublic",
            Esys_TR_FromTPMPublic(context_->esys, handle, ESYS_TR_NONE,
                                  ESYS_TR_NONE, ESYS_TR_NONE, &object)));
  ESYS_TR stored = ESYS_TR_NONE;
  return Check("EvictControl",
               Esys_EvictControl(context_->esys, ESYS_TR_RH_OWNER, object,
                                 ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
                                 handle, &stored));
}

absl::StatusOr<size_t> RawTpm::CountHandles(uint32_t first) {
  TPMI_YES_NO more = 0;
  TPMS_CAPABILITY_DATA* data = nullptr;
  RETURN_IF_ERROR(
      Check("GetCapability",
            Esys_GetCapability(context_->esys, ESYS_TR_NONE, ESYS_TR_NONE,
                               ESYS_TR_NONE, TPM2_CAP_HANDLES, first,
                               TPM2_MAX_CAP_HANDLES, &more, &data)));
  const size_t count = data->data.handles.count;
  Esys_Free(data);
  return count;
}

absl::Status RawTpm::DefineNv(uint32_t index, ByteView bytes) {
  TPM2B_NV_PUBLIC area = {};
  area.nvPublic.nvIndex = index;
  area.nvPublic.nameAlg = TPM2_ALG_SHA256;
  area.nvPublic.attributes = TPMA_NV_AUTHREAD | TPMA_NV_AUTHWRITE |
                             TPMA_NV_OWNERREAD | TPMA_NV_OWNERWRITE;
  area.nvPublic.dataSize = static_cast<UINT16>(bytes.size());
  const TPM2B_AUTH auth = {};
  ESYS_TR handle = ESYS_TR_NONE;
  RETURN_IF_ERROR(Check(
      "NV_DefineSpace",
      Esys_NV_DefineSpace(context_->esys, ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD,
                          ESYS_TR_NONE, ESYS_TR_NONE, &auth, &area, &handle)));
  constexpr size_t kChunk = 512;
  for (size_t at = 0; at < bytes.size(); at += kChunk) {
    const ByteView piece =
        bytes.subspan(at).first(std::min(kChunk, bytes.size() - at));
    TPM2B_MAX_NV_BUFFER data = {};
    data.size = static_cast<UINT16>(piece.size());
    std::copy(piece.begin(), piece.end(), data.buffer);
    RETURN_IF_ERROR(Check(
        "NV_Write", Esys_NV_Write(context_->esys, handle, handle,
                                  ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
                                  &data, static_cast<UINT16>(at))));
  }
  return Check("TR_Close", Esys_TR_Close(context_->esys, &handle));
}

absl::Status ExtendFromLogs(const std::string& tcti, ByteView boot_log,
                            ByteView ima_log) {
  constexpr HashAlgorithm kBanks[] = {
      HashAlgorithm::kSha1, HashAlgorithm::kSha256, HashAlgorithm::kSha384,
      HashAlgorithm::kSha512};
  ASSIGN_OR_RETURN(const std::unique_ptr<RawTpm> tpm, RawTpm::Open(tcti));
  const auto extend = [&](const EventLog& log) -> absl::Status {
    for (const LogEvent& event : log.events) {
      if (!event.extends) continue;
      std::map<HashAlgorithm, Bytes> digests;
      for (const HashAlgorithm bank : kBanks) {
        if (auto value = ExtendValue(log, event, bank)) {
          digests[bank] = *std::move(value);
        }
      }
      RETURN_IF_ERROR(tpm->Extend(event.reg, digests));
    }
    return absl::OkStatus();
  };
  ASSIGN_OR_RETURN(const EventLog boot, ParseTcgLog(boot_log));
  RETURN_IF_ERROR(extend(boot));
  if (ima_log.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const EventLog ima, ParseImaLog(ima_log));
  return extend(ima);
}

}  // namespace evidenced

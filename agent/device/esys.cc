#include "agent/device/esys.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "tss2/tss2_esys.h"
#include "tss2/tss2_mu.h"
#include "tss2/tss2_tctildr.h"

#include "agent/device/tpm_error.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

// ESYS itself sends a command again 5 times without waiting; this is on top.
constexpr int kResubmissions = 6;
constexpr std::chrono::milliseconds kFirstPause(2);

struct EsysFree {
  void operator()(void* memory) const { Esys_Free(memory); }
};
template <typename T>
using EsysPtr = std::unique_ptr<T, EsysFree>;

// `call` again, with growing pauses, while the TPM asks for it.
template <typename Call>
TSS2_RC Resubmit(Call call) {
  TSS2_RC rc = call();
  auto pause = kFirstPause;
  for (int i = 0; i < kResubmissions && IsRetry(rc); ++i) {
    std::this_thread::sleep_for(pause);
    pause *= 2;
    rc = call();
  }
  return rc;
}

template <typename T>
Bytes FromTpm2b(const T& name) {
  const size_t size = std::min<size_t>(name.size, sizeof(name.name));
  return Bytes(name.name, name.name + size);
}

}  // namespace

struct Esys::Context {
  TSS2_TCTI_CONTEXT* tcti = nullptr;
  ESYS_CONTEXT* esys = nullptr;
  bool broken = false;

  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() {
    if (esys != nullptr) Esys_Finalize(&esys);
    if (tcti != nullptr) Tss2_TctiLdr_Finalize(&tcti);
  }
};

Esys::Object::Object(Object&& other) noexcept
    : context_(other.context_),
      handle_(std::exchange(other.handle_, ESYS_TR_NONE)),
      kind_(other.kind_) {}

Esys::Object& Esys::Object::operator=(Object&& other) noexcept {
  std::swap(context_, other.context_);
  std::swap(handle_, other.handle_);
  std::swap(kind_, other.kind_);
  return *this;
}

Esys::Object::~Object() {
  if (handle_ == ESYS_TR_NONE) return;
  if (kind_ == Kind::kTransient) {
    Esys_FlushContext(context_->esys, handle_);
  } else {
    Esys_TR_Close(context_->esys, &handle_);
  }
}

Esys::Esys(std::unique_ptr<Context> context) : context_(std::move(context)) {}
Esys::~Esys() = default;

bool Esys::broken() const { return context_->broken; }

absl::Status Esys::Check(const char* what, uint32_t rc) {
  if (rc == TSS2_RC_SUCCESS) return absl::OkStatus();
  if (!LeavesConnectionUsable(rc)) context_->broken = true;
  return TpmError(what, rc);
}

absl::StatusOr<std::unique_ptr<Esys>> Esys::Connect(const std::string& tcti) {
  auto context = std::make_unique<Context>();
  TSS2_RC rc = Tss2_TctiLdr_Initialize(tcti.c_str(), &context->tcti);
  if (rc != TSS2_RC_SUCCESS) {
    return TpmError(absl::StrFormat("connecting to \"%s\"", Printable(tcti)),
                    rc);
  }
  rc = Esys_Initialize(&context->esys, context->tcti, nullptr);
  if (rc != TSS2_RC_SUCCESS) return TpmError("Esys_Initialize", rc);
  return std::unique_ptr<Esys>(new Esys(std::move(context)));
}

absl::Status Esys::Startup() {
  const TSS2_RC rc =
      Resubmit([&] { return Esys_Startup(context_->esys, TPM2_SU_CLEAR); });
  if (rc == TPM2_RC_INITIALIZE) return absl::OkStatus();
  return Check("TPM2_Startup", rc);
}

absl::StatusOr<TPMS_CAPABILITY_DATA> Esys::GetCapability(TPM2_CAP capability,
                                                         uint32_t property,
                                                         uint32_t count) {
  TPMI_YES_NO more = 0;
  TPMS_CAPABILITY_DATA* raw = nullptr;
  const TSS2_RC rc = Resubmit([&] {
    return Esys_GetCapability(context_->esys, ESYS_TR_NONE, ESYS_TR_NONE,
                              ESYS_TR_NONE, capability, property, count, &more,
                              &raw);
  });
  const EsysPtr<TPMS_CAPABILITY_DATA> data(raw);
  RETURN_IF_ERROR(Check("TPM2_GetCapability", rc));
  if (data->capability != capability) {
    return absl::InternalError(
        absl::StrFormat("TPM2_GetCapability: expected capability %d, found %d",
                        capability, data->capability));
  }
  return *data;
}

absl::StatusOr<bool> Esys::HandleInUse(TPM2_HANDLE handle) {
  ASSIGN_OR_RETURN(const TPMS_CAPABILITY_DATA data,
                   GetCapability(TPM2_CAP_HANDLES, handle, 1));
  const TPML_HANDLE& handles = data.data.handles;
  return handles.count > 0 && handles.handle[0] == handle;
}

absl::StatusOr<Esys::Object> Esys::Load(TPM2_HANDLE handle) {
  ESYS_TR object = ESYS_TR_NONE;
  const TSS2_RC rc = Resubmit([&] {
    return Esys_TR_FromTPMPublic(context_->esys, handle, ESYS_TR_NONE,
                                 ESYS_TR_NONE, ESYS_TR_NONE, &object);
  });
  RETURN_IF_ERROR(Check("reading a public area", rc));
  return Object(context_.get(), object, Object::Kind::kStored);
}

absl::Status Esys::FlushTransient(TPM2_HANDLE handle) {
  ASSIGN_OR_RETURN(Object object, Load(handle));
  object.kind_ = Object::Kind::kTransient;
  const ESYS_TR flushed = std::exchange(object.handle_, ESYS_TR_NONE);
  return Check("TPM2_FlushContext", Resubmit([&] {
                 return Esys_FlushContext(context_->esys, flushed);
               }));
}

absl::StatusOr<Esys::PublicArea> Esys::ReadPublic(const Object& object) {
  TPM2B_PUBLIC* raw_public = nullptr;
  TPM2B_NAME* raw_name = nullptr;
  TPM2B_NAME* raw_qualified = nullptr;
  const TSS2_RC rc = Resubmit([&] {
    return Esys_ReadPublic(context_->esys, object.handle_, ESYS_TR_NONE,
                           ESYS_TR_NONE, ESYS_TR_NONE, &raw_public, &raw_name,
                           &raw_qualified);
  });
  const EsysPtr<TPM2B_PUBLIC> area(raw_public);
  const EsysPtr<TPM2B_NAME> name(raw_name);
  const EsysPtr<TPM2B_NAME> qualified(raw_qualified);
  RETURN_IF_ERROR(Check("TPM2_ReadPublic", rc));
  return PublicArea{area->publicArea, FromTpm2b(*name), FromTpm2b(*qualified)};
}

absl::StatusOr<Esys::Object> Esys::CreateEndorsementPrimary(
    const TPM2B_PUBLIC& public_template) {
  const TPM2B_SENSITIVE_CREATE sensitive = {};
  const TPM2B_DATA outside = {};
  const TPML_PCR_SELECTION pcrs = {};
  ESYS_TR object = ESYS_TR_NONE;
  const TSS2_RC rc = Resubmit([&] {
    return Esys_CreatePrimary(context_->esys, ESYS_TR_RH_ENDORSEMENT,
                              ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
                              &sensitive, &public_template, &outside, &pcrs,
                              &object, nullptr, nullptr, nullptr, nullptr);
  });
  RETURN_IF_ERROR(Check("TPM2_CreatePrimary", rc));
  return Object(context_.get(), object, Object::Kind::kTransient);
}

absl::Status Esys::MakePersistent(const Object& object, TPM2_HANDLE handle) {
  ESYS_TR stored = ESYS_TR_NONE;
  const TSS2_RC rc = Resubmit([&] {
    return Esys_EvictControl(context_->esys, ESYS_TR_RH_OWNER, object.handle_,
                             ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
                             handle, &stored);
  });
  RETURN_IF_ERROR(Check("TPM2_EvictControl", rc));
  const Object closed(context_.get(), stored, Object::Kind::kStored);
  return absl::OkStatus();
}

absl::StatusOr<Esys::PcrReply> Esys::PcrRead(
    const TPML_PCR_SELECTION& selection) {
  PcrReply reply = {};
  TPML_PCR_SELECTION* raw_selection = nullptr;
  TPML_DIGEST* raw_digests = nullptr;
  const TSS2_RC rc = Resubmit([&] {
    return Esys_PCR_Read(context_->esys, ESYS_TR_NONE, ESYS_TR_NONE,
                         ESYS_TR_NONE, &selection, &reply.update_counter,
                         &raw_selection, &raw_digests);
  });
  const EsysPtr<TPML_PCR_SELECTION> read(raw_selection);
  const EsysPtr<TPML_DIGEST> digests(raw_digests);
  RETURN_IF_ERROR(Check("TPM2_PCR_Read", rc));
  reply.selection = *read;
  reply.digests = *digests;
  return reply;
}

absl::StatusOr<Bytes> Esys::Quote(const Object& key, ByteView extra_data,
                                  const TPML_PCR_SELECTION& selection) {
  TPM2B_DATA data = {};
  if (extra_data.size() > sizeof(data.buffer)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected extra data of at most %d bytes, found %d",
                        sizeof(data.buffer), extra_data.size()));
  }
  data.size = static_cast<UINT16>(extra_data.size());
  std::copy(extra_data.begin(), extra_data.end(), data.buffer);
  TPMT_SIG_SCHEME scheme = {};
  scheme.scheme = TPM2_ALG_NULL;
  TPM2B_ATTEST* raw_attest = nullptr;
  TPMT_SIGNATURE* raw_signature = nullptr;
  const TSS2_RC rc = Resubmit([&] {
    return Esys_Quote(context_->esys, key.handle_, ESYS_TR_PASSWORD,
                      ESYS_TR_NONE, ESYS_TR_NONE, &data, &scheme, &selection,
                      &raw_attest, &raw_signature);
  });
  const EsysPtr<TPM2B_ATTEST> attest(raw_attest);
  const EsysPtr<TPMT_SIGNATURE> signature(raw_signature);
  RETURN_IF_ERROR(Check("TPM2_Quote", rc));
  Bytes out(sizeof(TPM2B_ATTEST) + sizeof(TPMT_SIGNATURE));
  size_t used = 0;
  RETURN_IF_ERROR(Check("marshalling TPM2B_ATTEST",
                        Tss2_MU_TPM2B_ATTEST_Marshal(attest.get(), out.data(),
                                                     out.size(), &used)));
  RETURN_IF_ERROR(Check("marshalling TPMT_SIGNATURE",
                        Tss2_MU_TPMT_SIGNATURE_Marshal(
                            signature.get(), out.data(), out.size(), &used)));
  out.resize(used);
  return out;
}

absl::StatusOr<TPMS_NV_PUBLIC> Esys::NvReadPublic(const Object& index) {
  TPM2B_NV_PUBLIC* raw = nullptr;
  const TSS2_RC rc = Resubmit([&] {
    return Esys_NV_ReadPublic(context_->esys, index.handle_, ESYS_TR_NONE,
                              ESYS_TR_NONE, ESYS_TR_NONE, &raw, nullptr);
  });
  const EsysPtr<TPM2B_NV_PUBLIC> area(raw);
  RETURN_IF_ERROR(Check("TPM2_NV_ReadPublic", rc));
  return area->nvPublic;
}

absl::StatusOr<Bytes> Esys::NvRead(const Object& index, TPMA_NV attributes,
                                   uint16_t size, uint16_t offset) {
  const ESYS_TR authority =
      (attributes & TPMA_NV_AUTHREAD) != 0 ? index.handle_ : ESYS_TR_RH_OWNER;
  TPM2B_MAX_NV_BUFFER* raw = nullptr;
  const TSS2_RC rc = Resubmit([&] {
    return Esys_NV_Read(context_->esys, authority, index.handle_,
                        ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, size,
                        offset, &raw);
  });
  const EsysPtr<TPM2B_MAX_NV_BUFFER> data(raw);
  RETURN_IF_ERROR(Check("TPM2_NV_Read", rc));
  if (data->size != size) {
    return absl::InternalError(absl::StrFormat(
        "TPM2_NV_Read: expected %d bytes, found %d", size, data->size));
  }
  return Bytes(data->buffer, data->buffer + size);
}

}  // namespace evidenced

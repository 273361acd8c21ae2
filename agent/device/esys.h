#ifndef AGENT_DEVICE_ESYS_H_
#define AGENT_DEVICE_ESYS_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tss2/tss2_tpm2_types.h"

#include "quote/base/bytes.h"

namespace evidenced {

// A connection to a TPM through ESYS, with the few commands that the agent
// sends. All authorisations are the empty password: a quote is signed and
// bound to a nonce, and a session would cost seven times as much. Errors are
// those of TpmError().
class Esys {
 public:
  // An object of the ESYS context. A transient one is flushed from the TPM
  // when this goes; a persistent one or an NV index stays there.
  class Object;

  static absl::StatusOr<std::unique_ptr<Esys>> Connect(const std::string& tcti);
  ~Esys();
  Esys(const Esys&) = delete;
  Esys& operator=(const Esys&) = delete;

  // TPM2_Startup(CLEAR); OK also if the TPM was started before.
  absl::Status Startup();
  absl::StatusOr<TPMS_CAPABILITY_DATA> GetCapability(TPM2_CAP capability,
                                                     uint32_t property,
                                                     uint32_t count);
  // Whether an object or NV index has this handle.
  absl::StatusOr<bool> HandleInUse(TPM2_HANDLE handle);
  absl::StatusOr<Object> Load(TPM2_HANDLE handle);
  absl::Status FlushTransient(TPM2_HANDLE handle);

  struct PublicArea {
    TPMT_PUBLIC area;
    Bytes name;
    Bytes qualified_name;
  };
  absl::StatusOr<PublicArea> ReadPublic(const Object& object);
  // Under the endorsement hierarchy, transient.
  absl::StatusOr<Object> CreateEndorsementPrimary(
      const TPM2B_PUBLIC& public_template);
  // To a persistent handle of the owner.
  absl::Status MakePersistent(const Object& object, TPM2_HANDLE handle);

  struct PcrReply {
    uint32_t update_counter;
    TPML_PCR_SELECTION selection;
    TPML_DIGEST digests;
  };
  absl::StatusOr<PcrReply> PcrRead(const TPML_PCR_SELECTION& selection);

  // TPM2B_ATTEST, then TPMT_SIGNATURE, by the key's own scheme.
  absl::StatusOr<Bytes> Quote(const Object& key, ByteView extra_data,
                              const TPML_PCR_SELECTION& selection);

  absl::StatusOr<TPMS_NV_PUBLIC> NvReadPublic(const Object& index);
  // By the index's own or the owner's authorisation, as `attributes` allow.
  absl::StatusOr<Bytes> NvRead(const Object& index, TPMA_NV attributes,
                               uint16_t size, uint16_t offset);

  bool broken() const;

 private:
  struct Context;
  explicit Esys(std::unique_ptr<Context> context);
  absl::Status Check(const char* what, uint32_t rc);

  std::unique_ptr<Context> context_;
};

class Esys::Object {
 public:
  enum class Kind : uint8_t { kTransient, kStored };

  Object(Object&& other) noexcept;
  Object& operator=(Object&& other) noexcept;
  ~Object();
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

 private:
  friend class Esys;
  Object(Context* context, uint32_t handle, Kind kind)
      : context_(context), handle_(handle), kind_(kind) {}

  Context* context_;  // outlives this
  uint32_t handle_;   // ESYS_TR; ESYS_TR_NONE: none
  Kind kind_;
};

}  // namespace evidenced

#endif  // AGENT_DEVICE_ESYS_H_

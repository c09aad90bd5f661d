/* ProbeSession of server/src/record/addon.ts: a Recording as a JavaScript object. */
#pragma once

#include <napi.h>

#include <memory>

#include "recording.h"

namespace faultscope {

class Session : public Napi::ObjectWrap<Session> {
 public:
  static void define(Napi::Env env);
  static Napi::Object create(Napi::Env env, std::unique_ptr<Recording> recording);
  explicit Session(const Napi::CallbackInfo& info);

 private:
  Recording& recording(Napi::Env env);
  Napi::Value drain(const Napi::CallbackInfo& info);
  Napi::Value take_sites(const Napi::CallbackInfo& info);
  Napi::Value losses(const Napi::CallbackInfo& info);
  void stop(const Napi::CallbackInfo& info);
  void close(const Napi::CallbackInfo& info);
  Napi::Value alive(const Napi::CallbackInfo& info);
  Napi::Value ended(const Napi::CallbackInfo& info);
  Napi::Value start_ns(const Napi::CallbackInfo& info);
  Napi::Value hooks(const Napi::CallbackInfo& info);
  Napi::Value calibration(const Napi::CallbackInfo& info);

  /* Ends with the object: a session that nobody closed is closed by the collector. */
  std::unique_ptr<Recording> recording_;
  Losses last_losses_;
  std::string last_ended_ = "Closed.";
};

}  // namespace faultscope

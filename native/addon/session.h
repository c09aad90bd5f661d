/* ProbeSession of server/src/record/addon.ts: a Source as a JavaScript object. */
#pragma once

#include <napi.h>

#include <memory>

#include "source.h"

namespace faultscope {

class Session : public Napi::ObjectWrap<Session> {
 public:
  static void define(Napi::Env env);
  static Napi::Object create(Napi::Env env, std::unique_ptr<Source> source);
  explicit Session(const Napi::CallbackInfo& info);

 private:
  Source& source(Napi::Env env);
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
  Napi::Value ring_name(const Napi::CallbackInfo& info);
  Napi::Value loaded(const Napi::CallbackInfo& info);
  Napi::Value faultless(const Napi::CallbackInfo& info);

  /* Ends with the object: a session that nobody closed is closed by the collector. */
  std::unique_ptr<Source> source_;
  Losses last_losses_;
  uint64_t last_loaded_ = 0;
  std::string last_ended_ = "Closed.";
};

}  // namespace faultscope

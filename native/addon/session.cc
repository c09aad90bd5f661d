#include "session.h"

#include <utility>

#include "columns.h"

namespace faultscope {

namespace {

struct EnvironmentData {
  Napi::FunctionReference constructor;
};

Napi::Value copy_bytes(Napi::Env env, const uint8_t* bytes, size_t length) {
  Napi::Uint8Array array = Napi::Uint8Array::New(env, length);
  std::copy(bytes, bytes + length, array.Data());
  return array;
}

}  // namespace

void Session::define(Napi::Env env) {
  Napi::Function constructor = DefineClass(
      env, "ProbeSession",
      {InstanceMethod<&Session::drain>("drain"), InstanceMethod<&Session::take_sites>("takeSites"),
       InstanceMethod<&Session::losses>("losses"), InstanceMethod<&Session::stop>("stop"),
       InstanceMethod<&Session::close>("close"), InstanceAccessor<&Session::alive>("alive"),
       InstanceAccessor<&Session::ended>("ended"), InstanceAccessor<&Session::start_ns>("startNs"),
       InstanceAccessor<&Session::hooks>("hooks"), InstanceAccessor<&Session::calibration>("calibration"),
       InstanceAccessor<&Session::ring_name>("ringName"), InstanceAccessor<&Session::loaded>("loaded"),
       InstanceAccessor<&Session::faultless>("faultless")});
  auto* data = new EnvironmentData{Napi::Persistent(constructor)};
  env.SetInstanceData(data);
}

Napi::Object Session::create(Napi::Env env, std::unique_ptr<Source> source) {
  auto holder = Napi::External<std::unique_ptr<Source>>::New(env, &source);
  return env.GetInstanceData<EnvironmentData>()->constructor.New({holder});
}

Session::Session(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Session>(info) {
  if (info.Length() != 1 || !info[0].IsExternal())
    throw Napi::TypeError::New(info.Env(), "Sessions come from attach().");
  source_ = std::move(*info[0].As<Napi::External<std::unique_ptr<Source>>>().Data());
}

Source& Session::source(Napi::Env env) {
  if (!source_) throw Napi::Error::New(env, "The session is closed.");
  return *source_;
}

Napi::Value Session::drain(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (info.Length() < 3 || !info[0].IsObject() || !info[1].IsNumber() || !info[2].IsObject())
    throw Napi::TypeError::New(env, "drain(columns, from, texts) expects columns, a row number and a Map.");
  double from = info[1].As<Napi::Number>().DoubleValue();
  if (!(from >= 0)) throw Napi::RangeError::New(env, "The first row must not be negative.");
  Rows rows;
  bind_columns(info[0].As<Napi::Object>(), static_cast<size_t>(from), rows);
  source(env).drain(rows);
  if (!rows.texts.empty()) {
    Napi::Object texts = info[2].As<Napi::Object>();
    Napi::Function set = texts.Get("set").As<Napi::Function>();
    for (const auto& [row, text] : rows.texts)
      set.Call(texts, {Napi::Number::New(env, static_cast<double>(row)), Napi::String::New(env, text)});
  }
  return Napi::Number::New(env, static_cast<double>(rows.used));
}

Napi::Value Session::take_sites(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  std::vector<SiteSample> samples = source(env).take_sites();
  Napi::Array array = Napi::Array::New(env, samples.size());
  uint32_t index = 0;
  for (const SiteSample& sample : samples) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("site", sample.site);
    object.Set("pid", sample.pid);
    object.Set("tid", sample.tid);
    object.Set("registers", copy_bytes(env, sample.registers.data(), sample.registers.size()));
    object.Set("stack", copy_bytes(env, sample.stack.data(), sample.stack.size()));
    array.Set(index++, object);
  }
  return array;
}

Napi::Value Session::losses(const Napi::CallbackInfo& info) {
  if (source_) last_losses_ = source_->losses();
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("ring", static_cast<double>(last_losses_.ring));
  object.Set("state", static_cast<double>(last_losses_.state));
  object.Set("decode", static_cast<double>(last_losses_.decode));
  object.Set("messages", static_cast<double>(last_losses_.messages));
  object.Set("sites", static_cast<double>(last_losses_.sites));
  object.Set("children", static_cast<double>(last_losses_.children));
  object.Set("skipped", static_cast<double>(last_losses_.skipped));
  object.Set("writers", static_cast<double>(last_losses_.writers));
  object.Set("faults", static_cast<double>(last_losses_.faults));
  return object;
}

void Session::stop(const Napi::CallbackInfo&) {
  if (source_) source_->stop();
}

void Session::close(const Napi::CallbackInfo&) {
  if (!source_) return;
  last_losses_ = source_->losses();
  last_loaded_ = source_->loaded();
  if (!source_->alive() && !source_->ended().empty()) last_ended_ = source_->ended();
  source_.reset();
}

Napi::Value Session::alive(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), source_ && source_->alive());
}

Napi::Value Session::ended(const Napi::CallbackInfo& info) {
  if (!source_) return Napi::String::New(info.Env(), last_ended_);
  if (source_->alive()) return info.Env().Undefined();
  return Napi::String::New(info.Env(), source_->ended());
}

Napi::Value Session::start_ns(const Napi::CallbackInfo& info) {
  return Napi::BigInt::New(info.Env(), source(info.Env()).start_ns());
}

Napi::Value Session::hooks(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), source(info.Env()).hooks());
}

Napi::Value Session::calibration(const Napi::CallbackInfo& info) {
  const Calibration& calibration = source(info.Env()).calibration();
  if (!calibration.measured) return info.Env().Undefined();
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("ioctlNs", static_cast<double>(calibration.ioctl_ns));
  object.Set("faultNs", static_cast<double>(calibration.fault_ns));
  return object;
}

Napi::Value Session::ring_name(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), source(info.Env()).ring_name());
}

Napi::Value Session::loaded(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(source_ ? source_->loaded() : last_loaded_));
}

Napi::Value Session::faultless(const Napi::CallbackInfo& info) {
  std::string reason = source(info.Env()).faultless();
  return reason.empty() ? info.Env().Undefined() : Napi::String::New(info.Env(), reason);
}

}  // namespace faultscope

//! What is restarted, for those fields on which several programs depend.

use crate::schema::Effect;

pub(super) const API_SERVER: Effect = Effect::Restarts(&["kube-apiserver"]);
pub(super) const CONTROLLER_MANAGER: Effect = Effect::Restarts(&["kube-controller-manager"]);
pub(super) const SCHEDULER: Effect = Effect::Restarts(&["kube-scheduler"]);
pub(super) const ETCD: Effect = Effect::Restarts(&["etcd"]);
pub(super) const KUBELET: Effect = Effect::Restarts(&["kubelet"]);
/// A static pod that reads a kubeconfig or a key of encryption reads it only when it starts.
pub(super) const CONTROL_PLANE: Effect =
    Effect::Restarts(&["kube-apiserver", "kube-controller-manager", "kube-scheduler"]);
pub(super) const CONTROL_PLANE_AND_KUBELET: Effect =
    Effect::Restarts(&["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet"]);
/// etcd and the kubelet are called by the machine's name.
pub(in crate::documents) const NAMED: Effect = Effect::Restarts(&["etcd", "kubelet"]);

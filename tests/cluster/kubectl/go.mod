module argot/cluster/kubectl

go 1.25.0

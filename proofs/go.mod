module proofs

go 1.19
